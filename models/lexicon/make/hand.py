"""Read hand-written lists: `value: form; form = note; ...`, comment lines begin with #."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent


def read(name):
    """The rows (form, value, note) of make/NAME in the order written."""
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        value, forms = line.split(": ", 1)
        for form in forms.split(";"):
            form, _, note = form.partition(" = ")
            if form.strip():
                yield form.strip(), value.strip(), note.strip()
