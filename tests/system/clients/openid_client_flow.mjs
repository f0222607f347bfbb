// SPDX-License-Identifier: Apache-2.0
// openid-client: discovery, ID token, userinfo, code with PKCE, refresh, introspection, revocation,
// device flow, refusals. The issuer is compared and each ID token's signature is verified.
import assert from 'node:assert/strict'
import * as client from 'openid-client'

const { BASE, REDIRECT, ROBOT_ID, ROBOT_SECRET, WEB_SECRET } = process.env
const issuer = new URL(`${BASE}/oidc`)

async function userName(token) {
  const answer = await fetch(`${BASE}/api/2.0/preview/scim/v2/Me`,
    { headers: { authorization: `Bearer ${token}` } })
  return answer.ok ? (await answer.json()).userName : answer.status
}

async function fails(error, promise) {
  await assert.rejects(promise, (caught) => {
    assert.equal(caught.error, error, caught.message)
    return true
  })
}

async function authorize(config, scope) {
  const verifier = client.randomPKCECodeVerifier()
  const checks = { pkceCodeVerifier: verifier, expectedState: client.randomState() }
  const parameters = { redirect_uri: REDIRECT, scope, state: checks.expectedState,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256' }
  if (scope.includes('openid')) {
    parameters.nonce = checks.expectedNonce = client.randomNonce()
  }
  const answer = await fetch(client.buildAuthorizationUrl(config, parameters),
    { redirect: 'manual' })
  assert.equal(answer.status, 302, await answer.text())
  return { callback: new URL(answer.headers.get('location')), checks }
}

for (const method of [client.ClientSecretBasic, client.ClientSecretPost]) {
  const config = await client.discovery(issuer, ROBOT_ID, undefined, method(ROBOT_SECRET))
  const token = await client.clientCredentialsGrant(config, { scope: 'all-apis' })
  assert.equal(await userName(token.access_token), ROBOT_ID)
  const wrong = await client.discovery(issuer, ROBOT_ID, undefined, method('dosewrong'))
  await assert.rejects(client.clientCredentialsGrant(wrong, {}))
}

const web = await client.discovery(issuer, 'web-app', undefined,
  client.ClientSecretBasic(WEB_SECRET), { execute: [client.enableNonRepudiationChecks] })
{
  const { callback, checks } = await authorize(web, 'openid profile email all-apis offline_access')
  const token = await client.authorizationCodeGrant(web, callback, checks)
  assert.equal(token.claims().sub, 'mia@example.com')
  const info = await client.fetchUserInfo(web, token.access_token, token.claims().sub)
  assert.equal(info.email, 'mia@example.com')
  assert.equal((await client.tokenIntrospection(web, token.access_token)).active, true)
  const again = await client.refreshTokenGrant(web, token.refresh_token)
  await client.tokenRevocation(web, token.refresh_token)
  assert.equal((await client.tokenIntrospection(web, again.access_token)).active, false)
  await fails('invalid_grant', client.authorizationCodeGrant(web, callback, checks))
  await fails('invalid_request', client.refreshTokenGrant(web, token.refresh_token))
}

{ // The same with keys that are not the server's: the signature is really looked at.
  const pair = await crypto.subtle.generateKey({ name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify'])
  const { n } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const swapped = await client.discovery(issuer, 'web-app', undefined, client.ClientSecretBasic(WEB_SECRET), {
    execute: [client.enableNonRepudiationChecks],
    [client.customFetch]: async (url, options) => {
      const answer = await fetch(url, options)
      return url.includes('jwks') ? Response.json({ keys: (await answer.json()).keys.map((k) => ({ ...k, n })) }) : answer
    } })
  const { callback, checks } = await authorize(swapped, 'openid all-apis')
  await assert.rejects(client.authorizationCodeGrant(swapped, callback, checks),
    (caught) => /signature/.test(caught.cause?.message))
}

{ // And an issuer that is not the one that was asked.
  const foreign = await client.discovery(issuer, 'web-app', undefined, client.ClientSecretBasic(WEB_SECRET))
  const { callback, checks } = await authorize(foreign, 'all-apis')
  callback.searchParams.set('iss', 'https://other.example.com/oidc')
  await assert.rejects(client.authorizationCodeGrant(foreign, callback, checks),
    (caught) => /"iss"/.test(caught.cause?.message))
}

const single = await client.discovery(issuer, 'single-app', undefined, client.None())
{
  const { callback, checks } = await authorize(single, 'all-apis offline_access')
  await fails('invalid_grant', client.authorizationCodeGrant(single, callback,
    { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() }))
  const token = await client.authorizationCodeGrant(single, callback, checks)
  const second = await client.refreshTokenGrant(single, token.refresh_token)
  assert.notEqual(second.refresh_token, token.refresh_token)
  await fails('invalid_request', client.refreshTokenGrant(single, token.refresh_token))
  assert.equal(await userName(second.access_token), 403)
}

{
  const device = await client.initiateDeviceAuthorization(single, { scope: 'all-apis' })
  const token = await client.pollDeviceAuthorizationGrant(single, device)
  assert.equal(await userName(token.access_token), 'mia@example.com')
}
