"""The script that Streamlit runs for every look at a page: ``auricle dashboard`` starts it.

It stands above the dashboards, so that they can be handed what they must not import.
"""

import os

from auricle.commands.board.publishing import workbench
from auricle.settings import Settings
from dashboards.app import main
from dashboards.serve import SETTINGS_VARIABLE

settings = Settings.model_validate_json(os.environ[SETTINGS_VARIABLE])
main(settings, workbench(settings))
