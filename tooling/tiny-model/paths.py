"""Where the build reads and writes, relative to the repository."""

from pathlib import Path

TOOL = Path(__file__).resolve().parent
REPOSITORY = TOOL.parent.parent
CACHE = TOOL / ".cache" / "tiny-model"
MODELS = REPOSITORY / "packages" / "adapter-testkit" / "models" / "tenfold-tiny"
HF = MODELS / "hf"
TEMPLATE = TOOL / "chat_template.jinja"
