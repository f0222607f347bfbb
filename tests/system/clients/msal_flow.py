# SPDX-License-Identifier: Apache-2.0
"""msal at Entra ID: a user signs in, a middle tier asks on behalf of that user, refusals."""

import os
from urllib.parse import parse_qsl, urlsplit

import msal
import requests
from requests.adapters import HTTPAdapter

BASE, REDIRECT, TENANT = os.environ["BASE"], os.environ["REDIRECT"], os.environ["TENANT"]
AUTHORITY = "https://login.microsoftonline.com/" + TENANT
DATABRICKS = ["2ff814a6-3304-4ab8-85cb-cd0e6f879c1d/.default"]
ME = "https://adb-1234567890.10.azuredatabricks.net/api/2.0/preview/scim/v2/Me"


class ToMock(HTTPAdapter):
    """Any host is the mock's, which tells services apart by the Host header."""

    def send(self, request, **more):
        parts = urlsplit(request.url)
        request.headers["Host"] = parts.netloc
        request.url = f"{BASE}{parts.path}{'?' + parts.query if parts.query else ''}"
        return super().send(request, **more)


def web():
    session = requests.Session()
    session.mount("https://", ToMock())
    return session


def application(name):
    return msal.ConfidentialClientApplication(
        os.environ[name + "_ID"], client_credential=os.environ[name + "_SECRET"],
        authority=AUTHORITY, http_client=web())


def signed_in(app):
    """A user's token for the application itself, by a code with PKCE."""
    flow = app.initiate_auth_code_flow([app.client_id + "/.default"], redirect_uri=REDIRECT)
    answer = web().get(flow["auth_uri"], allow_redirects=False, timeout=30)
    assert answer.status_code in (302, 303), answer.text
    token = app.acquire_token_by_auth_code_flow(flow, dict(parse_qsl(urlsplit(answer.headers["Location"]).query)))
    assert "access_token" in token, token
    assert token["id_token_claims"]["aud"] == app.client_id
    return token["access_token"]


def on_behalf_of():
    middle = application("MIDDLE")
    user = signed_in(middle)
    result = middle.acquire_token_on_behalf_of(user, DATABRICKS)
    assert "access_token" in result, result
    later = middle.acquire_token_silent(DATABRICKS, account=middle.get_accounts()[0])
    assert "access_token" in later, later
    for token in (result["access_token"], later["access_token"]):
        answer = web().get(ME, headers={"Authorization": "Bearer " + token}, timeout=30)
        assert answer.json()["userName"] == "mia@example.com", answer.text


def refused():
    middle, strict = application("MIDDLE"), application("STRICT")
    # A token for another application is no assertion of this one (ENTRA-OBO-1).
    result = strict.acquire_token_on_behalf_of(signed_in(middle), DATABRICKS)
    assert result["error"] == "invalid_grant", result
    # Conditional access: what the user has to do is handed on (ENTRA-OBO-2).
    result = strict.acquire_token_on_behalf_of(signed_in(strict), DATABRICKS)
    assert result["error"] == "interaction_required", result
    assert "claims" in result, result


def client_credentials():
    result = application("MIDDLE").acquire_token_for_client(DATABRICKS)
    assert result["expires_in"] > 3000 and "refresh_token" not in result, result
    result = application("MIDDLE").acquire_token_for_client(["all-apis"])
    assert result["error"] == "invalid_scope", result


client_credentials()
on_behalf_of()
refused()
