// SPDX-License-Identifier: Apache-2.0
// oauth4webapi, the strictest of them: RFC 8414 metadata, RFC 9207 iss, code with PKCE, refresh,
// client credentials, JWT access tokens by RFC 9068's header, the error grammar.
import assert from 'node:assert/strict'
import { createPrivateKey, webcrypto } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'

const { BASE, KEY, KEYED_ID, REDIRECT, ROBOT_ID, ROBOT_SECRET } = process.env
const issuer = new URL(`${BASE}/oidc`)
const as = await oauth.processDiscoveryResponse(issuer,
  await oauth.discoveryRequest(issuer, { algorithm: 'oidc' }))
assert.deepEqual(as.code_challenge_methods_supported, ['S256'])
assert.equal(as.authorization_response_iss_parameter_supported, true)

async function refused(error, promise) {
  await assert.rejects(promise, (caught) => {
    assert.equal(caught.error, error, caught.message)
    return true
  })
}

{
  const robot = { client_id: ROBOT_ID }
  for (const auth of [oauth.ClientSecretBasic, oauth.ClientSecretPost]) {
    const answer = await oauth.clientCredentialsGrantRequest(as, robot, auth(ROBOT_SECRET),
      new URLSearchParams({ scope: 'all-apis' }))
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    const token = await oauth.processClientCredentialsResponse(as, robot, answer)
    const keys = createRemoteJWKSet(new URL(as.jwks_uri))
    const { protectedHeader, payload } = await jwtVerify(token.access_token, keys,
      { issuer: as.issuer, audience: '1234567890', typ: 'at+jwt' })
    assert.equal(protectedHeader.alg, 'RS256')
    assert.equal(payload.client_id, ROBOT_ID)
  }
  const wrong = await oauth.clientCredentialsGrantRequest(as, robot,
    oauth.ClientSecretPost('dosewrong'), new URLSearchParams())
  await refused('invalid_client', oauth.processClientCredentialsResponse(as, robot, wrong))
}

{
  // RFC 7523 section 2.2: the client signs, and nobody else does.
  assert.ok(as.token_endpoint_auth_methods_supported.includes('private_key_jwt'))
  const keyed = { client_id: KEYED_ID }
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  const der = createPrivateKey(readFileSync(KEY)).export({ type: 'pkcs8', format: 'der' })
  const own = await webcrypto.subtle.importKey('pkcs8', der, algorithm, false, ['sign'])
  const ask = async (key) => oauth.processClientCredentialsResponse(as, keyed,
    await oauth.clientCredentialsGrantRequest(as, keyed, oauth.PrivateKeyJwt(key), new URLSearchParams()))
  assert.equal((await ask(own)).token_type, 'bearer')
  const other = await webcrypto.subtle.generateKey({ ...algorithm, modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]) }, false, ['sign', 'verify'])
  await refused('invalid_client', ask(other.privateKey))
}

const app = { client_id: 'public-app' }
const verifier = oauth.generateRandomCodeVerifier()
const state = oauth.generateRandomState()
const url = new URL(as.authorization_endpoint)
url.search = new URLSearchParams({
  response_type: 'code', client_id: app.client_id, redirect_uri: REDIRECT, state,
  scope: 'all-apis offline_access', code_challenge_method: 'S256',
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier)
})
const answer = await fetch(url, { redirect: 'manual' })
const callback = new URL(answer.headers.get('location'))
assert.throws(() => oauth.validateAuthResponse(as, app, callback, 'another-state'))
const parameters = oauth.validateAuthResponse(as, app, callback, state)
const token = await oauth.processAuthorizationCodeResponse(as, app,
  await oauth.authorizationCodeGrantRequest(as, app, oauth.None(), parameters, REDIRECT, verifier))
await oauth.processRefreshTokenResponse(as, app,
  await oauth.refreshTokenGrantRequest(as, app, oauth.None(), token.refresh_token))
await refused('invalid_request', oauth.processRefreshTokenResponse(as, app,
  await oauth.refreshTokenGrantRequest(as, app, oauth.None(), 'doaubogus')))
await refused('invalid_grant', oauth.processAuthorizationCodeResponse(as, app,
  await oauth.authorizationCodeGrantRequest(as, app, oauth.None(), parameters, REDIRECT, verifier)))
