"""The words by which a line is told from a title: leftovers of programs, usual headings, bodies, dates."""

from __future__ import annotations

import re

# Titles that programs, templates and scanners leave behind; measured on real reports, one in seven is such.
LEFTOVERS = re.compile(
    r"""^(?:
    (?:microsoft\s+)?(?:word|powerpoint|excel|forms|office)(?:\s*[-–]\s*.*|\s+(?:presentation|document))?
    | (?:powerpoint|slide)\s*presentation | pr[ée]sentation\s+powerpoint | presentaci[óo]n\s+de\s+powerpoint
    | untitled.* | sans\s+titre.* | sin\s+t[íi]tulo.* | no\s+title | title | titre | t[íi]tulo
    | (?:document|doc|book|scan|image|img|file|print|copy|slide|page|layout|sheet|classeur|libro)[\s_-]*\d*
    | (?:new|nouveau|nuevo)\s.*(?:document|documento).*
    | [^\s]*\.(?:indd?|docx?|dotx?|pptx?|xlsx?|odt|qxd|qxp|pmd?|cdr|ai|eps|tex|dvi|ps|pdf|p65|rtf|html?|txt)
    | .*\.(?:indd|qxd|qxp|pmd|p65)
    | (?:https?|file):.*
    | [\W\d_]*
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
# Headings that every other report has, in the languages of the field, perhaps with a number.
COMMON_HEADINGS = re.compile(
    r"""^(?:\W*(?:\d+|[ivx]+)[.)\s]+)?(?:
    (?:executive\s+|analytical\s+)?summary | (?:table\s+of\s+)?contents | foreword | preface
    | abstract | cover
    | introduction | background | acknowledge?ments? | abbreviations | (?:list\s+of\s+)?acronyms | glossary
    | index | notes? | disclaimer | (?:annex|appendix)(?:es)?(?:\s+\w{1,3})? | chapter(?:\s+\w{1,4})?
    | key\s+messages
    | (?:final\s+|annual\s+|draft\s+)?report | guidelines | press\s+release | desk\s+review
    | draft(?:\s+(?:for|version|document)\b.*)? | (?:strictly\s+)?confidential | for\s+official\s+use.*
    | r[ée]sum[ée](?:\s+(?:ex[ée]cutif|analytique))? | sommaire | table\s+des\s+mati[èe]res
    | avant[-\s]propos
    | pr[ée]face | annexes?(?:\s+\w{1,3})? | remerciements | sigles(?:\s+et\s+abr[ée]viations)?
    | rapport(?:\s+final)?
    | chapitre(?:\s+\w{1,4})? | projet | communiqu[ée]\s+de\s+presse
    | resumen(?:\s+ejecutivo)? | [íi]ndice | contenidos? | pr[óo]logo | prefacio | introducci[óo]n
    | agradecimientos
    | anexos?(?:\s+\w{1,3})? | siglas | informe(?:\s+final)? | cap[íi]tulo(?:\s+\w{1,4})? | borrador
    | antecedentes
    | sum[áa]rio(?:\s+executivo)? | resumo(?:\s+executivo)? | pref[áa]cio | introdu[çc][ãa]o
    | zusammenfassung | inhalt(?:sverzeichnis)? | vorwort | einleitung | anhang(?:\s+\w{1,3})?
    | резюме | содержание | оглавление | предисловие | введение | приложение(?:\s+\w{1,3})?
    | (?:ال)?ملخص(?:\s+(?:ال)?تنفيذي)? | (?:ال)?موجز(?:\s+(?:ال)?تنفيذي)? | (?:ال)?محتويات
    | (?:ال)?مقدمة | تمهيد | تصدير
    | (?:ال)?ملحق(?:ات)? | شكر\s+وتقدير | 摘要 | 执行摘要 | 目录 | 前言 | 序言 | 引言 | 附[件录]
    )\W*\d*$""",
    re.IGNORECASE | re.VERBOSE,
)
# A name of a body, and nothing that says what the document is about.
BODY = re.compile(
    r"""^(?:(?:the|le|la|l['’]|el)\s+)?(?:[\w&'’.-]+\s+){0,4}?
    (?:organi[sz]ations? | agency | committee | commission | ministry | department | secretariat
    | foundation | office
    | federation | society | societies | institute | university | council | nations
    | organisation | agence | comit[ée] | minist[èe]re | secr[ée]tariat | fondation
    | f[ée]d[ée]ration | institut
    | universit[ée] | conseil | bureau | unies | organizaci[óo]n | agencia | comisi[óo]n | ministerio
    | secretar[íi]a
    | fundaci[óo]n | federaci[óo]n | instituto | universidad | consejo | oficina | unidas)
    (?:\s+(?:for|of|on|to|de|des|du|d['’]|pour|para|del)\b.{1,60})?(?:\s*\([\w\s/-]{2,14}\))?$""",
    re.IGNORECASE | re.VERBOSE,
)
DOCUMENT = re.compile(
    r"""\b(?:reports? | reviews? | evaluations? | assessments? | strateg\w+ | plans? | guid\w+
    | handbook | manual
    | polic\w+ | profile | stud(?:y|ies) | surveys? | lessons | analysis | framework | toolkit
    | directory | history
    | reform | role | rapports? | [ée]valuations? | strat[ée]gies? | guides? | politiques?
    | [ée]tudes? | le[çc]ons
    | r[ôo]le | informes? | evaluaci[óo]n | estrategias? | gu[íi]as? | pol[íi]ticas? | estudios?
    | lecciones)\b""",
    re.IGNORECASE | re.VERBOSE,
)
MONTHS = re.compile(
    r"""\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|january|february|march|april|june|july|august
    |september|october|november|december|janvier|f[ée]vrier|mars|avril|mai|juin|juillet|ao[ûu]t|septembre|octobre
    |novembre|d[ée]cembre|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre
    |mon|tues|wednes|thurs|fri|satur|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday|st|nd|rd|th|de|du
    |le|el|version|v|rev|version\s+of)\b""",
    re.IGNORECASE | re.VERBOSE,
)
FURNITURE = re.compile(
    r"""^(?:page|p\.|p[áa]gina|صفحة|стр\.?)\s*\d+ | www\. | https?: | \S+@\S+ | ©
    | ^(?:by|par|por|edited\s+by|prepared\s+by|submitted\s+by|endorsed|with\s+contributions?|isbn|issn|doi)\b
    | ^(?:to|from|date|subject|cc|ref|tel|fax|e-?mail|contact|author|version|status)\s*\.?: | \.{4}""",
    re.IGNORECASE | re.VERBOSE,
)
NUMBERED = re.compile(r"^\W*(?:\d+|[a-zA-Z])[.)]\s")
SENTENCE_END = (".", ";", ",", "!", "。", "؛", "،")
GOES_ON = re.compile(
    r"(?:[:–—&-]|\b(?:of|and|the|in|for|on|to|a|de|des|du|la|le|les|et|en|el|y|para|of the))$", re.I
)
