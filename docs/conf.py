"""The site: Markdown pages, the API from the docstrings, the commands from the application, pictures from the code.

Nothing is fetched, neither while it is built nor while it is read. ``docs/build`` builds it with warnings as errors.
"""

import sys
from pathlib import Path

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "extensions"), str(DOCS.parent / "src")]

from longtail import __version__  # noqa: E402

project = "longtail"
author = "The longtail developers"
copyright = "the longtail developers, Apache-2.0"
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "generated_pages",
    "mathml",
    "pictures",
    "computed",
    "public_names",
    "signatures",
    "citations",
]
exclude_patterns = ["README.md", "extensions", "pictures", "transcripts"]
nitpicky = True
nitpick_ignore_regex = [
    (r"py:.*", r"(?!longtail\.).*"),  # names of other libraries: their sites are not asked
    (r"py:.*", r"longtail\.(cli|.*\._).*"),
    (r"py:class", r"longtail\.(scores\.knn_vote\.Election|learners\.networks\.stacked_training\.Orders)"),  # our own
]
suppress_warnings = [
    "ref.citation",  # an entry of the bibliography that no docstring cites is cited by a page
    "ref.python",  # words such as n_test, in a parameter's shape, that are attributes of several classes
]

myst_enable_extensions = ["attrs_block", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False

autodoc_member_order = "bysource"
autodoc_mock_imports = ["torch", "transformers", "lightning"]  # documented alike wherever they are installed or not
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 140
smartquotes = False  # two hyphens are an option's
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
add_module_names = False

html_theme = "pydata_sphinx_theme"
html_title = "longtail"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_sidebars = {"**": ["tour.html"]}
templates_path = ["templates"]
html_theme_options = {
    "navbar_center": [],
    "navbar_align": "left",
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "show_prev_next": True,
    "navigation_with_keys": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
