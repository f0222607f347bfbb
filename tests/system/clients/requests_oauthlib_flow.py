# SPDX-License-Identifier: Apache-2.0
"""requests-oauthlib: client credentials, code with PKCE, state mismatch, refresh, refusals."""

import os

import requests
from oauthlib.oauth2 import BackendApplicationClient, MismatchingStateError, OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

BASE, REDIRECT = os.environ["BASE"], os.environ["REDIRECT"]
TOKEN, AUTHORIZE = BASE + "/oidc/v1/token", BASE + "/oidc/v1/authorize"
ME = BASE + "/api/2.0/preview/scim/v2/Me"


def fails(error, call):
    try:
        call()
    except OAuth2Error as caught:
        assert caught.error == error, (caught.error, error)
        return
    raise AssertionError(f"{error} was expected")


def client_credentials():
    robot, secret = os.environ["ROBOT_ID"], os.environ["ROBOT_SECRET"]
    session = OAuth2Session(client=BackendApplicationClient(robot, scope="all-apis"))
    session.fetch_token(TOKEN, auth=HTTPBasicAuth(robot, secret))
    assert session.get(ME).json()["userName"] == robot
    session = OAuth2Session(client=BackendApplicationClient(robot, scope="sql"))
    session.fetch_token(TOKEN, client_secret=secret, include_client_id=True)
    fails("invalid_client", lambda: session.fetch_token(TOKEN, auth=HTTPBasicAuth(robot, "x")))
    session = OAuth2Session(client=BackendApplicationClient(robot, scope="nothing"))
    fails("invalid_scope", lambda: session.fetch_token(TOKEN, auth=HTTPBasicAuth(robot, secret)))


def callback_of(session):
    url, _ = session.authorization_url(AUTHORIZE)
    answer = requests.get(url, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    # The library wants https; the path and query are what matters.
    return answer.headers["Location"].replace("http://", "https://")


def code_flow():
    session = OAuth2Session("public-app", redirect_uri=REDIRECT, pkce="S256",
                            scope=["all-apis", "offline_access"])
    callback = callback_of(session)
    token = session.fetch_token(TOKEN, authorization_response=callback, include_client_id=True)
    assert session.get(ME).json()["userName"] == "mia@example.com"
    again = session.refresh_token(TOKEN, client_id="public-app")
    assert again["refresh_token"] == token["refresh_token"]
    fails("invalid_request", lambda: session.refresh_token(
        TOKEN, refresh_token="doaubogus", client_id="public-app"))
    fails("invalid_request", lambda: session.refresh_token(
        TOKEN, refresh_token=token["refresh_token"], client_id="single-app"))
    fails("invalid_grant", lambda: session.fetch_token(
        TOKEN, authorization_response=callback, include_client_id=True))


def wrong_state():
    session = OAuth2Session("public-app", redirect_uri=REDIRECT, pkce="S256", scope=["all-apis"])
    callback = callback_of(session).replace("state=", "state=x")
    try:
        session.fetch_token(TOKEN, authorization_response=callback, include_client_id=True)
    except MismatchingStateError:
        return
    raise AssertionError("the state was not looked at")


client_credentials()
code_flow()
wrong_state()
