# SPDX-License-Identifier: Apache-2.0
"""Authlib: client credentials both ways and by a private key, code with PKCE, refresh, rotation, refusals, RFC 7662,
RFC 7009."""

import os

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

BASE, REDIRECT = os.environ["BASE"], os.environ["REDIRECT"]
TOKEN, AUTHORIZE = BASE + "/oidc/v1/token", BASE + "/oidc/v1/authorize"
ME = BASE + "/api/2.0/preview/scim/v2/Me"


def user_name(token):
    answer = requests.get(ME, headers={"Authorization": "Bearer " + token["access_token"]},
                          timeout=30)
    return answer.json().get("userName") if answer.ok else answer.status_code


def fails(error, call):
    try:
        call()
    except OAuthError as caught:
        assert caught.error == error, (caught.error, error)
        return
    raise AssertionError(f"{error} was expected")


def client_credentials():
    robot = os.environ["ROBOT_ID"]
    for method in ("client_secret_basic", "client_secret_post"):
        session = OAuth2Session(robot, os.environ["ROBOT_SECRET"], scope="all-apis",
                                token_endpoint_auth_method=method)
        token = session.fetch_token(TOKEN, grant_type="client_credentials")
        assert token["expires_in"] == 3600 and "refresh_token" not in token, token
        assert user_name(token) == robot
        wrong = OAuth2Session(robot, "dosewrong", token_endpoint_auth_method=method)
        fails("invalid_client", lambda: wrong.fetch_token(TOKEN, grant_type="client_credentials"))


def private_key():
    keyed = os.environ["KEYED_ID"]
    with open(os.environ["KEY"], encoding="ascii") as file:
        session = OAuth2Session(keyed, file.read(), token_endpoint_auth_method=PrivateKeyJWT(TOKEN))
    token = session.fetch_token(TOKEN, grant_type="client_credentials")
    assert user_name(token) == keyed


def code_flow(client_id, secret=None):
    session = OAuth2Session(client_id, secret, scope="all-apis offline_access",
                            redirect_uri=REDIRECT, code_challenge_method="S256",
                            token_endpoint_auth_method="client_secret_basic" if secret else "none")
    verifier = generate_token(48)
    url, state = session.create_authorization_url(AUTHORIZE, code_verifier=verifier)
    answer = requests.get(url, allow_redirects=False, timeout=30)
    assert answer.status_code == 302, answer.text
    callback = answer.headers["Location"]
    wrong = OAuth2Session(client_id, secret, redirect_uri=REDIRECT, state=state,
                          token_endpoint_auth_method=session.token_endpoint_auth_method)
    fails("invalid_grant", lambda: wrong.fetch_token(
        TOKEN, authorization_response=callback, code_verifier=generate_token(48)))
    token = session.fetch_token(TOKEN, authorization_response=callback, code_verifier=verifier)
    assert user_name(token) == "mia@example.com"
    return session, token, callback, verifier


def reusable_refresh():
    session, token, callback, verifier = code_flow("public-app")
    first = session.refresh_token(TOKEN, refresh_token=token["refresh_token"])
    again = session.refresh_token(TOKEN, refresh_token=token["refresh_token"])
    assert first["refresh_token"] == again["refresh_token"] == token["refresh_token"]
    fails("invalid_grant", lambda: session.fetch_token(
        TOKEN, authorization_response=callback, code_verifier=verifier))
    assert user_name(again) == 403, "a code that is used twice ends the session"


def single_use_refresh():
    session, token, _, _ = code_flow("single-app")
    second = session.refresh_token(TOKEN, refresh_token=token["refresh_token"])
    assert second["refresh_token"] != token["refresh_token"]
    fails("invalid_request", lambda: session.refresh_token(
        TOKEN, refresh_token=token["refresh_token"]))
    assert user_name(second) == 403, "reuse ends the family"


def introspect_and_revoke():
    session, token, _, _ = code_flow("web-app", os.environ["WEB_SECRET"])
    answer = session.introspect_token(BASE + "/oidc/v1/introspect", token=token["access_token"])
    assert answer.json()["active"] is True, answer.text
    session.revoke_token(BASE + "/oidc/v1/revoke", token=token["refresh_token"])
    answer = session.introspect_token(BASE + "/oidc/v1/introspect", token=token["access_token"])
    assert answer.json() == {"active": False}, answer.text


client_credentials()
private_key()
reusable_refresh()
single_use_refresh()
introspect_and_revoke()
