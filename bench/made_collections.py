"""Makes collections to try search on from the corpora beside the checkout.

Run: `python -m bench.made_collections FOLDER`, then `python -m bench.relevance FOLDER/*`.
They do no more than warn of harm: whoever judged them is the text itself. No figure on them says how good
search is, but a change that helps people's judgements and hurts none of these is likely to hold.

- `lessons-titles`: lessons without their titles; each title is a question, its lesson the answer.
- `lessons-words`: lessons; half of the words of one sentence are the question.
- `speeches-words`: the same over long speeches, where one passage of twenty answers.
- `maps-subjects`: map records without their subjects; each subject asks for the records that have it.
- `neighbours-XX` in seven languages: articles on a pandemic in groups of six sentences; the third is left
  out and asks for its own group (grade 2) and the groups beside it (grade 1).
- `neighbours-mixed`: these seven in one index, languages not told.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

DATA = Path(os.environ.get("BAOBAB_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh")
GROUP = 6
LEFT_OUT = 2
MOST_QUESTIONS = 600
_SENTENCES = re.compile(r"(?<=[.!?])\s+")

Document = Mapping[str, str]
Grades = dict[str, int]


def write(folder: Path, documents: Iterable[Document], questions: Sequence[tuple[str, Grades]]) -> None:
    """One collection: questions are numbered in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "docs.jsonl").open("w") as file:
        file.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in documents)
    with (folder / "queries.jsonl").open("w") as file, (folder / "qrels.tsv").open("w") as judged:
        for number, (text, grades) in enumerate(questions, 1):
            file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
            judged.writelines(f"{number}\t{document}\t{grade}\n" for document, grade in grades.items())


def lessons() -> Iterator[Document]:
    """Lessons with title and text."""
    csv.field_size_limit(10**8)
    with (DATA / "corpora" / "llis.csv").open(encoding="utf-8", errors="replace") as file:
        for row in csv.DictReader(file):
            text = " ".join(f"{row['Abstract']} {row['Lesson']}".replace("\ufffd", " ").split())
            if len(text) > 200 and row["Title"].strip():
                yield {"id": row["LessonId"], "title": row["Title"].strip(), "text": text}


def speeches() -> Iterator[Document]:
    """Speeches of some 2,000 words."""
    with gzip.open(DATA / "corpora" / "ungdc_2015-2024.ndjson.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            yield {"id": row["id"], "title": f"{row['country']} {row['year']}", "text": row["text"]}


def half_of_a_sentence(document: Document, chance: random.Random) -> str:
    """Half of the words of one of its longer sentences, in their order; "" where it has none."""
    sentences = [one for one in _SENTENCES.split(document["text"]) if 10 <= len(one.split()) <= 40]
    if not sentences:
        return ""
    words = chance.choice(sentences).split()
    kept = sorted(chance.sample(range(len(words)), len(words) // 2))
    return " ".join(words[at] for at in kept)


def words_asked(documents: Sequence[Document]) -> list[tuple[str, Grades]]:
    """Questions of half a sentence, each answered by the document that it comes from."""
    chance = random.Random(11)
    chosen = chance.sample(documents, min(MOST_QUESTIONS, len(documents)))
    asked = [(half_of_a_sentence(document, chance), document["id"]) for document in chosen]
    return [(text, {document: 1}) for text, document in asked if text]


def maps() -> tuple[list[Document], list[tuple[str, Grades]]]:
    """Map records, and their subjects as questions."""
    documents: list[Document] = []
    tagged: dict[str, Grades] = {}
    with gzip.open(DATA / "corpora" / "sample_3000.ndjson.gz", "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            text = "\n".join(row.get("dct_description_sm", ()))
            documents.append({"id": row["id"], "title": row["dct_title_s"], "text": text})
            for subject in row.get("dct_subject_sm", ()):
                tagged.setdefault(subject, {})[row["id"]] = 1
    return documents, [(subject, ids) for subject, ids in tagged.items() if 3 <= len(ids) <= 150]


def neighbours(language: str) -> tuple[list[Document], list[tuple[str, Grades]]]:
    """Groups of sentences of articles in one language, and the sentences left out of them."""
    with (DATA / "multilingual" / "tico19_parallel_11lang.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    documents: list[Document] = []
    questions: list[tuple[str, Grades]] = []
    for article, own in groupby(rows, key=lambda row: row["tuid"].partition(":")[0]):
        sentences = [row[language] for row in own]
        groups = [sentences[at : at + GROUP] for at in range(0, len(sentences) - GROUP + 1, GROUP)]
        for number, group in enumerate(groups):
            kept = [sentence for at, sentence in enumerate(group) if at != LEFT_OUT]
            documents.append(
                {"id": f"{language}-{article}-{number}", "title": kept[0], "text": "\n".join(kept[1:])}
            )
            grades = {f"{language}-{article}-{number}": 2}
            for beside in (number - 1, number + 1):
                if 0 <= beside < len(groups):
                    grades[f"{language}-{article}-{beside}"] = 1
            questions.append((group[LEFT_OUT], grades))
    return documents, questions


def main() -> None:
    """Make them all in a folder."""
    folder = Path(sys.argv[1])
    all_lessons, all_speeches = list(lessons()), list(speeches())
    untitled = [{"id": lesson["id"], "title": "", "text": lesson["text"]} for lesson in all_lessons]
    titles = [(lesson["title"], {lesson["id"]: 1}) for lesson in all_lessons]
    write(folder / "lessons-titles", untitled, titles[:MOST_QUESTIONS])
    write(folder / "lessons-words", all_lessons, words_asked(all_lessons))
    write(folder / "speeches-words", all_speeches, words_asked(all_speeches))
    write(folder / "maps-subjects", *maps())
    together: list[Document] = []
    asked: list[tuple[str, Grades]] = []
    for language in LANGUAGES:
        documents, questions = neighbours(language)
        write(
            folder / f"neighbours-{language}",
            [{**document, "language": language} for document in documents],
            questions,
        )
        together += documents
        asked += questions
    write(folder / "neighbours-mixed", together, asked)


if __name__ == "__main__":
    main()
