"""How Sphinx makes the pages of the site: see src/site_build.py, which calls it."""

project = "Final accounts notebooks"
html_title = "Final accounts · 部门决算"
language = "en"

extensions = ["myst_nb", "site_extension"]

myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_ipywidgets_js = {}
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"

html_theme = "sphinx_book_theme"
html_theme_options = {
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
    "show_navbar_depth": 1,
    "use_download_button": False,
    "show_toc_level": 2,
    "footer_content_items": [],
}
html_context = {"default_mode": "auto"}  # light or dark as the reader's machine is set
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_show_search_summary = False  # it would fetch pages, which a browser refuses from a USB stick
html_search_language = "chinese_and_english"
