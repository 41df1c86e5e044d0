"""The kind `product`: a knowledge product of the library."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from baobab.assets.kinds import Kind, register
from baobab.assets.models import Asset, AssetFile
from baobab.organisation.readers import Reader

from . import actions, detail, queries
from .forms import ProductForm
from .models import Edition, Product, Version


def _page_parts(asset: Asset, reader: Reader, files: Sequence[AssetFile]) -> dict[str, Any]:
    return {"product": queries.product_view(asset, reader.language, files)}


KIND = register(
    Kind(
        name="product",
        label=_("knowledge product"),
        label_plural=_("knowledge products"),
        icon="publication",
        detail=Product,
        clean_detail=detail.clean_detail,
        write_details=detail.write_details,
        read_details=detail.read_details,
        describe=detail.describe,
        add_file=actions.add_file,
        add_version=actions.add_version,
        form=ProductForm,
        page_template="library/product_page.html",
        page_parts=_page_parts,
        form_template="library/product_form.html",
        badges=detail.type_badges,
        index_words=detail.index_words,
        types=detail.types,
        import_fields=detail.FIELDS,
        tables=((Edition, "version__asset"), (Version, "asset")),
    )
)
