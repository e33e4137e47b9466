"""The notebooks as a reader runs them, in a real JupyterLab in Chromium: `make test-lab`.

Each is opened, run with the menu's Run All Cells, and looked at; a picture of it stays in
``.cache/lab``.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from browser import chromium
from playwright.sync_api import expect

import helpers
import run_notebooks

pytestmark = pytest.mark.lab

MINUTE = 60_000  # milliseconds
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".cache", "site", "figures", "tests")
PICTURES = helpers.ROOT / ".cache" / "lab"
NAMES = [path.relative_to(helpers.ROOT).as_posix() for path in run_notebooks.in_order()]


@pytest.fixture(scope="module")
def collection(tmp_path_factory):
    """A copy of the collection, since to run a notebook in JupyterLab changes its file."""
    folder = tmp_path_factory.mktemp("copy") / "collection"
    shutil.copytree(helpers.ROOT, folder, ignore=LEFT_OUT)
    settings = folder / "assets" / "lab" / "overrides.json"
    overrides = json.loads(settings.read_text(encoding="utf-8"))
    # All cells are to be in the page, not only those in sight.
    overrides["@jupyterlab/notebook-extension:tracker"] = {"windowingMode": "none"}
    settings.write_text(json.dumps(overrides), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def lab(collection, tmp_path_factory):
    """The address of a JupyterLab that serves the copy."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = tmp_path_factory.mktemp("settings")
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR")
    environment = os.environ | {name: str(own / name) for name in names}
    environment |= {"PYTHONPATH": str(collection / "src"), "JUPYTERLAB_WORKSPACES_DIR": str(own)}
    environment.pop("MPLBACKEND", None)
    options = [
        *("--no-browser", f"--port={port}", "--IdentityProvider.token=", "--allow-root"),
        *(f"--ServerApp.root_dir={collection}", "--LabApp.app_settings_dir=assets/lab"),
    ]
    command = [sys.executable, "-m", "jupyterlab", *options]
    with (own / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=collection, env=environment, stdout=log, stderr=log)
        try:
            wait_for(f"http://127.0.0.1:{port}/api", server, own / "log")
            yield f"http://127.0.0.1:{port}/lab/workspaces/"
        finally:
            server.terminate()
            server.wait(30)


def wait_for(address, server, log):
    for _ in range(120):
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            return urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.5)
    raise AssertionError(log.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_runs_in_jupyterlab(browser, lab, name):
    committed = nbformat.read(helpers.ROOT / name, as_version=4)
    code = [cell for cell in committed.cells if cell.cell_type == "code"]
    pictures = [o for cell in code for o in cell.outputs if "image/png" in o.get("data", {})]
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    complaints = []
    page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
    page.on("request", lambda r: complaints.append(r.url) if is_foreign(r.url) else None)
    try:
        page.goto(
            f"{lab}{Path(name).stem}-{NAMES.index(name)}/tree/{name}"
        )  # alone in its workspace
        notebook = page.locator(".jp-NotebookPanel .jp-Notebook")
        prompts = notebook.locator(".jp-CodeCell .jp-InputPrompt")
        expect(prompts).to_have_count(len(code), timeout=MINUTE)
        idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        expect(idle).to_be_visible(timeout=MINUTE)
        choose(page, "Edit", "Clear Outputs of All Cells")
        expect(prompts).to_have_text(["[ ]:"] * len(code))
        choose(page, "Run", "Run All Cells")
        wait_until_run(notebook, prompts, len(code))
        shown = notebook.locator(".jp-RenderedImage img")
        assert shown.evaluate_all("all => all.filter(i => i.naturalWidth).length") == len(pictures)
        if pictures:
            shown.first.scroll_into_view_if_needed()
        answer_by_keyboard(page, notebook.locator("form[data-question]"))
        assert complaints == []
    finally:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / (name.replace("/", "_") + ".png"))
        choose(page, "Kernel", "Shut Down Kernel")  # else there are as many as notebooks
        page.close()


def answer_by_keyboard(page, questions):
    """JupyterLab has shortcuts of its own, which must not take the keys of a question."""
    typed = questions.filter(has=page.locator("input[type=text]"))
    chosen = questions.filter(has=page.locator("input[type=radio]"))
    if typed.count():
        typed.first.locator("input").fill("")
        page.keyboard.type("ddaabb")
        page.keyboard.press("Enter")
        expect(typed.first.locator("output")).to_contain_text("one plain number")
    if chosen.count():
        options = chosen.first.locator("input")
        options.first.click()
        page.keyboard.press("ArrowDown")
        expect(options.nth(1)).to_be_checked()
        page.keyboard.press("Enter")
        expect(chosen.first.locator("output")).not_to_be_empty()


def choose(page, menu, entry):
    """Use a menu, as a reader does."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=entry, exact=True).click()


def wait_until_run(notebook, prompts, count):
    """Wait until each cell has its number, for up to five minutes; a warning or error ends it."""
    expected = [f"[{number}]:" for number in range(1, count + 1)]
    failed = notebook.locator("[data-mime-type$='.error'], [data-mime-type$='.stderr']")
    for _ in range(300):
        if failed.count():
            raise AssertionError(failed.first.inner_text())
        if prompts.all_inner_texts() == expected:
            return
        notebook.page.wait_for_timeout(1000)
    outputs = notebook.locator(".jp-OutputArea-output").all_inner_texts()
    raise AssertionError(f"Not all cells were run: {prompts.all_inner_texts()}\n{outputs}")


def is_foreign(address: str) -> bool:
    return not re.match(r"(http|ws)://127\.0\.0\.1:|data:|blob:", address)
