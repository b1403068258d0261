"""`corpus`: checking names and files, and building a corpus."""

import json
import os
import pathlib
import shutil
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from clips import write_raw, write_y4m

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ROOT.parent / "shared" / "subjective" / "nflx_public"
