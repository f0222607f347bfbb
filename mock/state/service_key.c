/* SPDX-License-Identifier: Apache-2.0 */
#include "mock/state/service_key.h"

#include "base/core/assert.h"
#include "base/core/xalloc.h"

#include <pthread.h>
#include <stdlib.h>

/* Public on purpose, as those in base/crypto/test_keys.h: keys of a mock protect nothing, and
 * making one takes longer than starting the mock. They differ from the workspace's key, so that a
 * token checked against the wrong service's key set fails. */

static const char entra_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                                "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCyTLuvODJGUKzK\n"
                                "h5YCqWHnc8rhogNtb4jMnbCIoABY3gHaSMao/+vjsWj4f6rtYOqllMUHt9xOAI9g\n"
                                "c5JMo42IYO0e1JAsQm52MQ/cIeOxa0459Gyp7gB/MvXLY11mX3Xw28VldBIKagY3\n"
                                "1XHxqW8OsAOJPOJCvVpM2/veNASpabMC9+EK1njEnAHQfAhyO+iE2KqhJc7ufNcy\n"
                                "6tAAmyHkH8T7usd9Du2NJDoj/2zJ5PPgklK+5Cb9WmGB3iX6KfWqChW4cpa2HHTe\n"
                                "J1xXFYOWapbvJ008vZ7GWs8ejBoPW4wlgwlBZ7M494YNW0aZ4ckmVndTIF/XhHGl\n"
                                "uXBoaRo1AgMBAAECggEAFba5E6tzGfOYu3h8KRpSMUL9hfF6W+E9pnecyGK98BSn\n"
                                "YptC0FGMe3f/WeYIXazUHrKptRkr0/cG/v7MJhez9JQjRIIsBavYcn3imdMpvNFd\n"
                                "3zp4YlB5EISXAPw6o21EOn81QLf8O3byh2mv3Peergn7AENhJbIUNXCD8alhmPTx\n"
                                "GMERK8zV/ADdOQPEnkhv3dElNrHZ1Pwh9HeeE0MeyOd1M3sKbP1mWjDxjt74s189\n"
                                "adOBoCbbULtaSxpABpCPt8RAmAS3n2iBEc4J200Z0cdwe8ismjDs4K1fF6Z6azPN\n"
                                "q1z1qkiw2akMP3nIMzX/obiNF5a+mAZNN/4yZW0YwQKBgQD2Cez22I2P3Eqguutr\n"
                                "Q6/cqU1oLTMxWi1qHimiJp5E88GkcS6rAT9D5siAgIEfnSEIhqFlHBp5xzc6qYGf\n"
                                "oH/bJurPWvMyeIof2i1SSh3B7kfGmG1cw+3YGr3SpzWCjeoYzR9XlKSrTHEQHUxZ\n"
                                "A4xrRSNKPaBseH65D9/S/XpYwQKBgQC5hLmK4ZuEr4y4FYJR+t05Sr1/EGiKALGD\n"
                                "kARmOC+vRWhAYLapeBaJsSh8LjexlUza6zAoctwrQ5p+oNqbs8TUQ9rWxFpM1GKQ\n"
                                "me7Gk+CaMzzbxDOtImiCAIxe4U/3UQClcwot6QUJkIVXTBKw9yNTk5aRKXzlzYI2\n"
                                "iP2ZSscKdQKBgQCsJg++O5D5Knqw8XhNCgQfkfoOPSoHiwAhss8QnJK6zg8cXvD3\n"
                                "R50bhnudpcwy8X8udvywQTSpJmGXUwjWRrePADDlOs7U7pA+byqs3BzsFyvzYa2L\n"
                                "ba+aOEO/A62mFmPITKV0YxXAoXCuhMFputjiKXLivDHmE30fQWMrPp3/QQKBgBGA\n"
                                "oxymMkzvXwBTDyt61no8QeqF+sbiT90QrkmSjXUkwDQqq7ELYlz1ONOWbKy1YD3b\n"
                                "KHz4cSsnwqClvlooOK6qBDB07+wFsZLg4vUbKHqD0P8O4K057NAvCw88hJXZr4zs\n"
                                "cI5qSI5hcyMMS0sk1dFhwDfLyTvJCrroa7yVoHetAoGBAO5wgyiPw8WrnaCrnSfa\n"
                                "pwjt0QXEfZZJ2vCMuXtEWnqOsf7TyivMrXlopg2L8T0ZgNx29gSL4j/lFKe6QJe9\n"
                                "Q9HC0XZPoJhQEK60Pjd2378df2+oqL8UKxWCh0rRmhBVI7P3LVHtWh9TMv0oiZBu\n"
                                "LicHgSGxFmLJChjvWhsWDSfi\n"
                                "-----END PRIVATE KEY-----\n";

static const char issuer_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDF2UVb34D/msBp\n"
    "phe0+3W0IQ0HpLfILRVFUaRnAbV+oOmBWpuR4FSGip6wZ5JuHo++cqSDL8T5k7ON\n"
    "F3/W6ciczrV9jS+pFPSXtwWXFPS2o56eOe9j3DGp7MGmvW3pwSBIsVdwlYtLF7KK\n"
    "udRUAsKrU19EooMCJSFmE2PqD/wCMGHQDjyhofrf6Zo4u0niEsKTzug2VjDrBC+W\n"
    "dF61m35YvW3/VVoE5g/VOsYv6B6vBpxzWYjQm4HdXFyfZ4bpcK3cSO9UnuwAzwn3\n"
    "lRMx5eADeE9Q5jC/WSSbEcmRWGQ7FBty9tgAH/gcvuqr6KDVs4fHf414NCoUJCjq\n"
    "ElUUOCb5AgMBAAECggEAAccZ5i3gSUdIzUy640X2QOXKYjsXKsIRuuiYeFTT00J8\n"
    "WriUJL8hAv1zxuQuGUS3hZoA1Z453PrcqtA6HUgAd7+HJxu9URRQx+y3V5V+Le1a\n"
    "qPQb+vUq39uKP9WfkslQctcUO6K7kugrjgvjKLG8mL52M8UoXd2JwsnWG94OVSeW\n"
    "u/6ueYUNrnomsI5l/U7gC5ggJB/cD6GWshMV9aCFYQgWwf6K06y1h+rATg19eis6\n"
    "N4I1saL6s5+Xetb/J/fVRrHTLNSuFmx+dlwJZTCiGX9TkwaOzgcv5Aja5YfjbBin\n"
    "r3pa85zCG23cHT3acNQHVn48LH/4TtyCy+WJ3oZT3wKBgQDtyBEL5+qac3UVQKll\n"
    "+c7rGQUgzkDWt2VX2Zh5Agle3Mz4KxUiKzOmKq2aSRsCLDlbMBw54jYXA/VtN8sd\n"
    "ovrqhnPyIfA/DaGFu3yhhClt0kol7jCJMBM7fblKtX58r6t6LHd6dD06tcRKYVI5\n"
    "XlODUk11m3TaLJUAtYpa6CtAhwKBgQDVAfKp3QlWfhiXWKkpDNzFuo0IK6j26aSX\n"
    "PvNmhNVHB7bgtfDZ74Ha+S/tjVPeXoygxl0P4rYHEpcxLTW0xGU9S2fcSXUvqhlt\n"
    "h9LxX5eDW7jeZSvHS7+rhoHWZlZx5bjXxZUodsHK5Tsjk/s5grz7QmT6Std8Fw62\n"
    "E+8seaC8fwKBgHhovpEb4MZTvy+C7gVQygJtShaBu32/oxcofjiQ2nPqNfVZw7ro\n"
    "y5/SrtSZPo8MHANcSn7ZWXCwNYEYJsgcNxm5+k7b9s/HNEsHVSZpSZ1uRtQMWRGv\n"
    "gZ23nbQCUkoLnzcf+2TMJhFr6DmOLNgWNw4iCE2M6lBtEQsp4yUDuptTAoGBAIc5\n"
    "XlkxxozPLkNeeL1jugAYxxGpzfE6MFAIGbM6nr8iCZosRsPEBdcCnMedEeI4eeRT\n"
    "KZ89GLvytGL2xYKFr5Oy/DNfuvJQdSYQtPyg5+nvX7Rn29wAnaSBlomKnFRgNvFc\n"
    "MK3ofmyVC+8xMaq38cs8wigXPSc86Az1KMA+Uql3AoGADf2EXX5wZBSCeZR6yRyO\n"
    "gdDaFKfxxc2vScW/D9LR/g8vpPYtBv2yUQif3eTadygWpTnmbq9DiGcrkdL6/5U3\n"
    "L8TlP0bIsQqKyqrXFIPBbZ10w65qhwIjpsS+Dj2liSnGO7NqVnwA3e+EYpbMEhP5\n"
    "pALITOtTLmMnJWubb1mYPgM=\n"
    "-----END PRIVATE KEY-----\n";

static const char google_pem[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC/6IO80rbYflOx\n"
    "lxQmxVCU9vCB9kbjnqSqKbEAjATkD0TneQ86JjDP1mO/hLSGDydg1DKslBgtGU1V\n"
    "CAA4hXCiXDc3h1hcQwT7cIqKJOiF356iUio7TpWUky2Hvc07TNEQElhLDgGKh8or\n"
    "qNzORuVX02q+eX2FenoBFo49Nn+FnFLwUHDgTRj4fiJv+hGDy6NJ6qJnKCR79Gne\n"
    "ofQyNUtKPT5CyOLRs9BAx75N52vagzCCgoXKNT57tCFEskKhgWMcrMgtotUZVEfR\n"
    "L7h9x2ATmMzUHFKWOQ9xKePjXrtnEpOOrWL776uA4cHbft37IZaPqOsOpJ434HgE\n"
    "Hk6qATAHAgMBAAECggEAC6kHCBwNfA4A69NwKALpKIPwjRT3rbDf9G7gEFZxnaHH\n"
    "4ACdCj1zzc0K9oILrfGRxPJfuditt1/IMRhxWv3QoCzWNguFNOXlkZl+8XHYpvm1\n"
    "W8t+QWg+8m4W4B6KL8Y1FbLnpnfNZCtn/0sdT3NDUBjKbZRYKhoM+6/xKIr9KJMB\n"
    "5jH3m7AKsnaLAlaoZrV1vyE0589wHHTTz1X1HM75P4dYU0kdddWWtRJ5HAqJM9nP\n"
    "1QbvjkDTWaOu4i5mnFHFU1W1grKuwMYKT2WeFUzXckIuCkSocMENzQ+ztWerxIeK\n"
    "ODaflh81WybJHx2TT4kmyxxBSnUGgRkmvDW+5oLJoQKBgQD3VvS1C/O3lH8j6Xx1\n"
    "PlD+KwZYkm6sl9Cp2gmiW4IrZxLBhqDDJSDUvNyeSu9KWbKjkWKnFBsLwre/MPsL\n"
    "4BBG5NFu+pI3TTAp2Rh8d2hWIwPDISp1LO7jxD+L0NWpFHfVWRz4m9so2H0okusL\n"
    "U5gMkKHqA/gwnqSbQfJWvt2GaQKBgQDGoLIms1Oyv5fHkMxhrianZa1iESJkvWCM\n"
    "9jWK4NoUikevGOXbmFHjCvqK9LhGozVgZla8Te3dMByfavAfkK+fTBsRrwCUUUwp\n"
    "9o1uf03jz03qKx7zTrTa67GXY/cwI9irc97cgVS0ZQI39LMKQe4x5yxEHSslEoFv\n"
    "HztTlByU7wKBgGNb/CuqpHov3i84AXY71V91OzRjhrAwwHMrEsm1BwKWgnNZuMUL\n"
    "6jdrsxins57jj56jrcS+j+rWiuf0LjVkCkXgb72sTQaILHvzKSH++dv4bu95KEww\n"
    "A7tdv8VT3DDy9vyusrOwMIclCIo/EsrXBvKtO0390Dr/z9JK2KY+QFFZAoGBAJPj\n"
    "ukGOa9c/SCdS7JoeLLGexwWpdE5FosnR1/PbjwSUIOOCSkLCmtXNqtYjd8FAa9Gm\n"
    "4RW7gEucMvOPj9IwzFJzPARipK/KCEeGR6/qIXhpNb4Q9S57f7UwoD30NGwnhH/D\n"
    "+j98HDFks84t59DPXibR1OeyQBmOOckfG/ES6mUJAoGAXIe5JOC5bkCIamlLRaKd\n"
    "/jxfQ2cMu7dPKGNie4GyTMclg5OLQy0aFcYWNAOxCLW/cpQgXICx4hNp8QPQvHSz\n"
    "jSn18RpbnpjvW9NmyeMH70spzLFX6+SUtdcLNV8gsySgdnwE1LLuG/Q6/2RovssK\n"
    "c7OAjKuzMyDK31+kplYMb9E=\n"
    "-----END PRIVATE KEY-----\n";

/* Read when first asked for: most worlds have neither service, and reading takes as long as all the
 * rest of the state's making. */
struct lazy_key {
    const char *pem;
    pthread_mutex_t mutex;
    struct crypto_key *key;
};

struct service_keys {
    struct lazy_key entra, issuer, google;
};

struct service_keys *service_keys_new(void)
{
    struct service_keys *k = xcalloc(1, sizeof(*k));
    k->entra = (struct lazy_key){.pem = entra_pem, .mutex = PTHREAD_MUTEX_INITIALIZER};
    k->issuer = (struct lazy_key){.pem = issuer_pem, .mutex = PTHREAD_MUTEX_INITIALIZER};
    k->google = (struct lazy_key){.pem = google_pem, .mutex = PTHREAD_MUTEX_INITIALIZER};
    return k;
}

void service_keys_free(struct service_keys *k)
{
    if (k == NULL) {
        return;
    }
    crypto_key_free(k->entra.key);
    crypto_key_free(k->issuer.key);
    crypto_key_free(k->google.key);
    free(k);
}

static const struct crypto_key *key_of(struct lazy_key *lazy)
{
    struct err err = {0};
    (void)pthread_mutex_lock(&lazy->mutex);
    if (lazy->key == NULL) {
        lazy->key = crypto_key_from_pem(str_of(lazy->pem), &err);
    }
    (void)pthread_mutex_unlock(&lazy->mutex);
    ASSERT(lazy->key != NULL); /* the text is our own */
    return lazy->key;
}

const struct crypto_key *service_key_entra(struct service_keys *k)
{
    return key_of(&k->entra);
}

const struct crypto_key *service_key_issuer(struct service_keys *k)
{
    return key_of(&k->issuer);
}

const struct crypto_key *service_key_google(struct service_keys *k)
{
    return key_of(&k->google);
}

struct str service_key_google_pem(void)
{
    return str_of(google_pem);
}
