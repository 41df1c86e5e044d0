"""Sign-in accounts, one-time links and the audit trail."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail address, which is compared without case."""

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractBaseUser):
    """A way to sign in. Who somebody *is* stands in `organisation.Person`, which may name a user."""

    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_administrator = models.BooleanField(default=False)
    language = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    def __str__(self) -> str:
        return self.email


class OneTimeLink(models.Model):
    """A link that signs one person in once, until it ends. Only a hash of its secret is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    secret_hash = models.CharField(max_length=64, unique=True)
    ends_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AuditEntry(models.Model):
    """One line of the trail: who did what to what, when; never changed, personal data by reference only."""

    at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    act = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=80, blank=True, db_index=True)
    detail: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
