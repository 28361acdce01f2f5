"""One Spark for each process: on this computer alone, heard by nobody, and stopped when the process ends."""

from __future__ import annotations

import atexit
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.errors import MissingPart
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOOPBACK = "127.0.0.1"
_IN_MEGABYTES = {"K": 1 / 1024, "M": 1, "G": 1024, "T": 1024 * 1024}
_LEAST_MEGABYTES = 1024  # Spark does not start with much less

_guard = threading.Lock()
_started: tuple[Path, SparkSession] | None = None


def opened(workspace: Workspace) -> SparkSession:
    """A session whose temporary views are its own. Spark is started on first use, and anew where it has died
    or the process turns to another workspace, for it may write into the scratch folder of one only.

    Raises MissingPart where pyspark or Java is not there, or Spark does not start.
    """
    global _started  # noqa: PLW0603 - one Spark for each process is the point
    with _guard:
        if _started is not None and (_started[0] != workspace.spark_folder or not _runs(_started[1])):
            _stop()
        if _started is None:
            require_installed()
            _started = (workspace.spark_folder, _start(workspace))
        return _started[1].newSession()


def stop() -> None:
    """Stop Spark where it runs, and take away what it wrote."""
    with _guard:
        _stop()


def _stop() -> None:
    global _started  # noqa: PLW0603
    if _started is not None:
        folder, session = _started
        _started = None
        _end(session)
        shutil.rmtree(folder, ignore_errors=True)


def _runs(session: SparkSession) -> bool:
    """Whether Java still answers, and its Spark runs: with too little memory either may have died."""
    from py4j.protocol import Py4JError

    try:
        return not session.sparkContext._jsc.sc().isStopped()
    except (Py4JError, ConnectionError):
        return False


def _end(session: SparkSession) -> None:
    """Stop Spark; where Java does not answer, forget it, so that the next start does not turn to the dead."""
    from py4j.protocol import Py4JError
    from pyspark import SparkContext

    try:
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # that Java has died
            session.stop()
    except (Py4JError, ConnectionError):
        session.sparkContext.stop()  # the rest of it, for pyspark leaves off where Java refuses
        gateway, SparkContext._gateway, SparkContext._jvm = SparkContext._gateway, None, None
        if gateway is not None:
            gateway.shutdown()
            gateway.proc.kill()
            gateway.proc.wait()


def require_installed() -> None:
    """Raise MissingPart where pyspark or Java is not there."""
    if importlib.util.find_spec("pyspark") is None:
        raise MissingPart(
            "Spark is asked for and pyspark is not installed",
            next_step="Install it with: make spark, or pip install 'joinedup[spark]'; or leave --engine out",
        )
    home = os.environ.get("JAVA_HOME")
    java = Path(home, "bin", "java") if home else shutil.which("java")
    if java is None or not Path(java).exists():
        raise MissingPart(
            "Spark is asked for and Java is not installed",
            where=f"JAVA_HOME is {home}" if home else "no java on the path, and JAVA_HOME is not set",
            next_step="Install Java 17 or 21 (on Debian: apt-get install openjdk-17-jre-headless)",
        )


def _start(workspace: Workspace) -> SparkSession:
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    # Spark looks its computer's name up before it reads any setting, and there may be none to find.
    os.environ.setdefault("SPARK_LOCAL_IP", LOOPBACK)
    workspace.spark_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    conf = SparkConf(loadDefaults=False)
    for name, value in _settings(workspace).items():
        conf.set(name, value)
    try:
        # What Java writes goes nowhere: it would mix with our messages, and its errors echo values.
        unheard = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        gateway = SparkContext._gateway or launch_gateway(conf, unheard)
        session = SparkSession(SparkContext(conf=conf, gateway=gateway))
        session.sparkContext.pythonExec = sys.executable  # of workers: not whichever is first on the path
    except (PySparkException, Py4JError, ValueError, OSError) as error:
        raise MissingPart(
            "Spark did not start",
            where=type(error).__name__,
            next_step="Spark 4.0 needs Java 17 or 21: see java -version; and no other Spark in this process",
        ) from None
    atexit.register(stop)
    return session


def _settings(workspace: Workspace) -> dict[str, str]:
    return {
        "spark.app.name": "joinedup",
        "spark.master": "local[*]",
        "spark.driver.memory": f"{_megabytes(workspace.settings.memory_limit)}m",
        "spark.driver.host": LOOPBACK,
        "spark.driver.bindAddress": LOOPBACK,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(workspace.spark_folder),
        "spark.sql.warehouse.dir": str(workspace.spark_folder),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": str(os.cpu_count() or 1),
        # As DuckDB does it: civil times have no zone, and what cannot be worked out is an error, not NULL.
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.timestampType": "TIMESTAMP_NTZ",
        "spark.sql.ansi.enabled": "true",
    }


def _megabytes(limit: str) -> int:
    """DuckDB's limit of memory (such as ``1.5GB``) for Spark, which wants more at least."""
    found = re.match(r"([\d.]+)\s*([KMGT])", limit.upper())
    wanted = float(found[1]) * _IN_MEGABYTES[found[2]] if found else 0
    return max(_LEAST_MEGABYTES, round(wanted))
