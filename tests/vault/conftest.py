"""A key file, its vault, and where secrets belong."""

from pathlib import Path

import pytest

from jackfield.vault import Binding, Vault, create_key_file


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "config" / "keys.json"
    create_key_file(path)
    return path


@pytest.fixture
def vault(key_file: Path) -> Vault:
    return Vault.open(key_file)


@pytest.fixture
def binding() -> Binding:
    return Binding(
        business_unit_id="bu_sales",
        connection_id="con_crm",
        field="password",
        version=3,
        origin="https://crm.example.com:443/api",
    )
