#!/usr/bin/env python3
"""Words a second of transformers here, of Hugging Face's library on the same weights, and of the embedded tagger.

    pip install -r tests/bert/requirements.txt
    LIBTORCH=... LIBTORCH_CXX11_ABI=0 benches/bert/compare.py [--model DIR] [--articles FILE] [--threads N]

All run the same sentences with the same number of threads, in turn, and the best of several rounds counts. Without
--model a BERT of random weights is made (4 layers, 256 wide). The other library gets what makes it fast: sentences of
like length in one batch, the fast tokenizer, inference mode.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import torch
import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]
BATCH = 32


def random_model(folder):
    """A BERT whose vocabulary is the tests', with all letters and the commonest words of the corpus in it."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / "model.safetensors").exists():
        return folder
    words = {}
    for line in (ROOT / "corpus" / "articles.jsonl").read_text(encoding="utf-8").splitlines():
        for word in json.loads(line)["text"].lower().split():
            words[word.strip(".,()\"“”")] = words.get(word, 0) + 1
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + letters + ["##" + letter for letter in letters]
    common = sorted(words, key=lambda word: (-words[word], word))[:8000]
    pieces = list(dict.fromkeys(pieces + [word for word in common if word]))
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text('{"do_lower_case": true}\n')
    labels = dict(enumerate(["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]))
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(pieces), hidden_size=256, num_hidden_layers=4, num_attention_heads=4, intermediate_size=1024,
        id2label=labels, label2id={label: number for number, label in labels.items()},
    )
    transformers.BertForTokenClassification(config).save_pretrained(folder)
    return folder


def load(folder):
    """The library's tokenizer and model."""
    config = transformers.AutoConfig.from_pretrained(folder)
    extra = {"add_prefix_space": True} if config.model_type == "roberta" else {}
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, config=config, use_fast=True, **extra)
    model = transformers.AutoModelForTokenClassification.from_pretrained(folder).float().eval()
    return tokenizer, model


def python_round(tokenizer, model, sentences):
    """Seconds for the label of every word; long sentences are cut off, which only helps."""
    longest = min(tokenizer.model_max_length, model.config.max_position_embeddings - 2)
    start = time.perf_counter()
    order = sorted(range(len(sentences)), key=lambda number: len(sentences[number]))
    labels = [None] * len(sentences)
    with torch.inference_mode():
        for at in range(0, len(order), BATCH):
            numbers = order[at : at + BATCH]
            batch = [sentences[number] for number in numbers]
            cut = tokenizer(batch, is_split_into_words=True, padding=True, truncation=True, max_length=longest,
                            return_tensors="pt")
            best = model(**cut).logits.argmax(-1).tolist()
            for row, number in enumerate(numbers):
                own, last = [], None
                for label, word in zip(best[row], cut.word_ids(row)):
                    if word is not None and word != last:
                        own.append(label)
                    last = word
                labels[number] = own
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=pathlib.Path)
    parser.add_argument("--articles", type=pathlib.Path, default=ROOT / "corpus" / "articles.jsonl")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", default="release", help="of cargo; the figures of dev are for trying out")
    arguments = parser.parse_args()
    model = arguments.model or random_model(ROOT / "target" / "bench-bert")
    build = ["cargo", "build", "--locked", "--quiet", "--profile", arguments.profile, "--features", "bert"]
    if subprocess.run(build + ["--example", "words"], cwd=ROOT).returncode != 0:
        sys.exit("the build failed; LIBTORCH must be set, see Transformers in README.md")
    torch.set_num_threads(arguments.threads)
    folder = {"dev": "debug"}.get(arguments.profile, arguments.profile)
    sentences = ROOT / "target" / "bench-sentences.json"
    command = [ROOT / "target" / folder / "examples" / "words", model, arguments.articles, arguments.threads, sentences]
    ours = subprocess.Popen([str(part) for part in command], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def rust_round(name):
        ours.stdin.write(name + "\n")
        ours.stdin.flush()
        return json.loads(ours.stdout.readline())

    best, words = {}, rust_round("linear")["words"]
    tokenizer, network = load(model)
    split = [sentence for sentence in json.loads(sentences.read_text(encoding="utf-8")) if sentence]
    for _ in range(arguments.rounds):
        seconds = {name: rust_round(name)["seconds"] for name in ["bert", "pooled", "linear"]}
        seconds["python"] = python_round(tokenizer, network, split)
        best = {name: min(best.get(name, second), second) for name, second in seconds.items()}
    ours.stdin.close()
    ours.wait()
    print(f"{words} words, {len(split)} sentences, {arguments.threads} threads, best of {arguments.rounds} rounds")
    for name, label in [("bert", "--tagger bert"), ("python", "transformers (Python)"), ("pooled", "--tagger pooled"), ("linear", "--tagger linear")]:
        print(f"{label:24}{words / best[name]:12,.0f} words/s{best['python'] / best[name]:8.2f} × Python")


main()
