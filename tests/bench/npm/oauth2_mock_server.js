// SPDX-License-Identifier: Apache-2.0
// oauth2-mock-server with one RS256 key, on the port given; prints "ready".
import { OAuth2Server } from 'oauth2-mock-server';

const server = new OAuth2Server();
await server.issuer.keys.generate('RS256');
await server.start(Number(process.argv[2]), '127.0.0.1');
console.log('ready');
