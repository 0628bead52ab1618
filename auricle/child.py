"""For processes that work for this one."""

import os
import threading
from multiprocessing import parent_process


def follow_parent() -> None:
    """End when whoever started this process has ended, however it did."""

    def follow() -> None:
        starter = parent_process()
        if starter is not None:
            starter.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
