#!/usr/bin/env python3
"""Makes the tiny models of this folder, with random weights, and what Hugging Face's library computes with them.

    pip install -r tests/bert/requirements.txt
    tests/bert/reference.py                 (writes one folder a model beside this file)

The tests of src/entity/bert compare their pieces and scores with each folder's reference.json.
"""

import json
import pathlib
import shutil

import sentencepiece
import tokenizers
import torch
import transformers

FOLDER = pathlib.Path(__file__).resolve().parent

# of our own writing; words and marks apart, as the library's tokenizer has them
SENTENCES = [
    sentence.split()
    for sentence in """
Budi Santoso tiba di Medan , Selasa ( 13/8 ) .
Gubernur Jawa Barat Rina Hartono bertemu pimpinan KPK di Bandung .
“ Kami belum menerima laporan itu , ” kata Kepala Polres Sleman AKBP Dwi Lestari .
Rapat digelar .
Bank Indonesia menahan suku bunga acuan pada 6,25 persen , sesuai perkiraan pasar .
Mahkamah Konstitusi menolak uji materi Undang-Undang Nomor 6 Tahun 2023 yang diajukan serikat buruh dari lima provinsi .
PT Sinar Laut Abadi mem-PHK 120 pekerja pabriknya di Kabupaten Gresik sejak awal Maret lalu 😀 .
Wali Kota Surabaya Andi Wijaya meresmikan Festival Kali Mas ke-12 bersama warga Kampung Ketandan .
Café Kopi Nusantara di Yogyakarta ditutup .
Hujan deras menyebabkan banjir setinggi satu meter di tiga kecamatan , dan 450 warga mengungsi ke balai desa .
""".strip().splitlines()
]
TEXTS = [" ".join(words) for words in SENTENCES]
TAGS = {
    "bert": ["B-PER", "I-PER", "B-ORG", "I-ORG", "B-GPE", "I-GPE", "B-DAT", "I-DAT", "O"],
    "xlm-roberta": ["O", "B-PPL", "I-PPL", "B-PLC", "I-PLC", "B-IND", "I-IND", "B-EVT", "I-EVT"],
    "roberta": ["O", "B-PER", "I-PER", "L-PER", "U-PER", "B-LOC", "I-LOC", "L-LOC", "U-LOC"],
    "distilbert": ["O", "PERSON", "ORGANISATION", "PLACE"],
    "electra": ["I-PERSON", "B-PERSON", "I-LOCATION", "B-LOCATION", "I-ORGANIZATION", "B-ORGANIZATION", "O"],
}


def wordpieces(folder, lower):
    """A vocabulary of a few pieces, learned from the sentences."""
    learner = tokenizers.BertWordPieceTokenizer(lowercase=lower, strip_accents=lower)
    learner.train_from_iterator(TEXTS, vocab_size=170, min_frequency=1, show_progress=False)
    vocabulary = sorted(learner.get_vocab().items(), key=lambda item: item[1])
    (folder / "vocab.txt").write_text("".join(piece + "\n" for piece, _ in vocabulary), encoding="utf-8")
    settings = {"do_lower_case": lower, "model_max_length": 80}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings) + "\n")
    return transformers.BertTokenizerFast(str(folder / "vocab.txt"), **settings)


def unigrams(folder):
    """As XLM-RoBERTa's, with a small table of characters in the place of the large one."""
    rules, texts = folder / "rules.tsv", folder / "texts.txt"
    rules.write_text("201C\t22\n201D\t22\n", encoding="utf-8")
    texts.write_text("\n".join(TEXTS * 3) + "\n", encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(texts), model_prefix=str(folder / "sentencepiece.bpe"), vocab_size=150, model_type="unigram",
        normalization_rule_tsv=str(rules), character_coverage=0.999, num_threads=1, minloglevel=2,
    )
    for name in ["rules.tsv", "texts.txt", "sentencepiece.bpe.vocab"]:
        (folder / name).unlink()
    tokenizer = transformers.XLMRobertaTokenizerFast(str(folder / "sentencepiece.bpe.model"))
    tokenizer.backend_tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    return tokenizer


def bytepairs(folder):
    learner = tokenizers.ByteLevelBPETokenizer(add_prefix_space=True)
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    learner.train_from_iterator(TEXTS, vocab_size=330, min_frequency=2, show_progress=False, special_tokens=special)
    learner.save_model(str(folder))
    files = [str(folder / name) for name in ["vocab.json", "merges.txt"]]
    return transformers.RobertaTokenizerFast(*files, add_prefix_space=True)


def model(kind, folder):
    """The tokenizer and the model of a kind, as saved."""
    labels = dict(enumerate(TAGS[kind]))
    names = dict(id2label=labels, label2id={label: number for number, label in labels.items()})
    # large enough that scores differ much
    sizes = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64, initializer_range=0.2,
                 max_position_embeddings=80, **names)
    small = {**sizes, "hidden_size": 16, "intermediate_size": 32}
    if kind == "bert":
        tokenizer = wordpieces(folder, True)
        made = transformers.BertForTokenClassification(transformers.BertConfig(vocab_size=len(tokenizer), **sizes))
    elif kind == "xlm-roberta":
        tokenizer = unigrams(folder)
        sizes = {**sizes, "max_position_embeddings": 130, "type_vocab_size": 1, "layer_norm_eps": 1e-5}
        config = transformers.XLMRobertaConfig(vocab_size=len(tokenizer), **sizes)
        made = transformers.XLMRobertaForTokenClassification(config)
    elif kind == "roberta":
        tokenizer = bytepairs(folder)
        small = {**small, "max_position_embeddings": 130, "type_vocab_size": 1, "layer_norm_eps": 1e-5}
        made = transformers.RobertaForTokenClassification(transformers.RobertaConfig(vocab_size=len(tokenizer), **small))
    elif kind == "electra":
        tokenizer = wordpieces(folder, False)
        config = transformers.ElectraConfig(vocab_size=len(tokenizer), embedding_size=8, **small)
        made = transformers.ElectraForTokenClassification(config)
    else:
        tokenizer = wordpieces(folder, True)
        config = transformers.DistilBertConfig(
            vocab_size=len(tokenizer), dim=16, hidden_dim=32, n_layers=2, n_heads=4, initializer_range=0.2,
            max_position_embeddings=80, **names,
        )
        made = transformers.DistilBertForTokenClassification(config)
    if kind != "bert":
        made = made.half()
    made.save_pretrained(folder)
    return tokenizer, made.float().eval()


def main():
    for seed, kind in enumerate(TAGS):
        torch.manual_seed(seed)
        folder = FOLDER / kind
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        tokenizer, network = model(kind, folder)
        reference = []
        for words in SENTENCES:
            cut = tokenizer(words, is_split_into_words=True, return_tensors="pt")
            places = cut.word_ids(0)
            with torch.no_grad():
                scores = network(cut["input_ids"]).logits[0]
            firsts = [places.index(word) for word in range(len(words))]
            rows = [[round(float(score), 5) for score in scores[first]] for first in firsts]
            reference.append({"words": words, "pieces": cut["input_ids"][0].tolist(), "firsts": firsts, "scores": rows})
        lines = ",\n".join(json.dumps(sentence, ensure_ascii=False) for sentence in reference)
        (folder / "reference.json").write_text("[\n" + lines + "\n]\n", encoding="utf-8")
        spread = torch.tensor([row for sentence in reference for row in sentence["scores"]])
        print(f"{kind}: {len(tokenizer)} pieces, scores {spread.min():.2f} to {spread.max():.2f}")


main()
