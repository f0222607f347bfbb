/* SPDX-License-Identifier: Apache-2.0 */
#include "base/crypto/test_keys.h"

/* Public on purpose: see test_keys.h. */

static const char rsa_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQDQ5sJ0E7ob+cJz\n"
                              "pzUGxfGEwldVzTStWdLRjl2eWfHb0dBfErL2zZ53JhnDRcMEzA0Q7/txqmxl+dJ0\n"
                              "yW6HysaqzJNugJLsfNOqCayp+Rx39SmmMlInaO3IMgRVgxEHK4d+OlteVICmBuy4\n"
                              "0zEogFniM/DSpt0XSG+t4OoUCWnsgK8aYJVX+zl7aORzHavPYIMtR6unbcA5iMTB\n"
                              "H9usJDEZ/LfV9qWTlAiQX4qR2hgVuPOM2TlOx9ENrE9pUtZKhlvlgOiOE3UxMOtZ\n"
                              "18jTKX+PlFF8AHnOMtzDDFjR1N9eMW6KkGQYtqElgkvhjNe0c/tXC3+vUJNsVlmT\n"
                              "QiALhGuFAgMBAAECggEAVI/kzRojLynmJezckTZVcvk8YzYjCb0fksZ/bRdZyTLg\n"
                              "l2u5WCCZ8f9RVHOL4wg6jc2nSjbDlHARWkcj4AIcc41GbOfNEb/h6qXp6BA4DvMF\n"
                              "/gnGqb9W6cAdcwQQQ4fCXD2BOOkZ/ps0/gg3kP6L4/5EkPEM9FzVIFy4RI4e+6XM\n"
                              "Y2WHW8TXuHpDHJG+WhPRw/ZqknSUdQQH7uF1RtQFFLMLxoAAGvhsBU9Vap9ofv0U\n"
                              "jMrGh7k7H1Unry9dErrd6Rt848QiDDu2qMuzl9MJL6b3clrWkpJFxN8yGxN6TJe/\n"
                              "BJBg5RlrxVUxchqmD0qkASsqzcMecX1P9aB5z2v17QKBgQDvv8IbYwploPXRR3W8\n"
                              "5aL9z2p4wB3mO+i3/kSn4VOF5msARkJdYtnbsnpDeklPPPCBBscT4FxGThkcLtC0\n"
                              "LQ3i1z7YnZvo/GCUWvTY12bMbB7eJDuuqouDS4W/cQW+JbmtEM8MP268Eh90VCgF\n"
                              "RO4Vhl53pnsgJzWL50sbn44UBwKBgQDfD7fMxMbMQX2MhMOIUWMpXg4oJ6fKiR5F\n"
                              "G3d9Pm+1UTFjUqRw2GW60+yHANKYXL+S8E115XZovyDg6Y441HN1XC0uGinjQ2+D\n"
                              "vKgDC+EbMgw/TtSK72HUM5dmUX+1SWSkqvwbKoUEnRvP1GCByHVpuGerNDXhAHtQ\n"
                              "ecCxuUnZEwKBgFWu1LJw/QBBPFklDuEJuOy4ujaZgpYMBynqx6KwFued59PbSFCT\n"
                              "yYSJDsUa6SRWhSW3xGJIJvJBaxv1Z0VdbL8LajyEZ3om6GVc9HCi2uxoH8gIbwQH\n"
                              "k4DC9vPqcsD4PpmpjjW0XeD9IRy0DvGDJwuuUAi3CP3+xVZQvTkMFvz1AoGANFjn\n"
                              "9XIohT7JS/TMPm17K/YatGm6Atny9Jzhic7hQFfxkzGNzb27AgFB/NzAj2kUvFMQ\n"
                              "mp5jD2nrOV0WN1gEUIJ1R+Bz/BWTUgMwGqbrCQrRvPmu/3v2JWqGGUj/A3hZ2hsW\n"
                              "Vvm/hbmpETjx/QMiKtFP4um5yzfluJkaE5s8LWkCgYB/3al3N/lwzQtris4Zg/UI\n"
                              "4WKea+OTGzMZVXegCHyLYhfIkCy+hETE4fFoQ8y7wHjt0anp7rLeDxySEGTaJ4IU\n"
                              "zVZRWbkmUI16Rhb0DnRpTuT9/r/k4KPdAvG0Bor9Yo+1BeEPS13wz9NVvwkqQGRy\n"
                              "bEjeQ3pRLKVY5CS8OmEePA==\n"
                              "-----END PRIVATE KEY-----\n";

static const char p256_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                               "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgE0eGQakAY6QWRtMi\n"
                               "9TJ0eaWbMBOLBxO8VtZdbjc9IkihRANCAATzOOEYOenGo6JfigRxh+SCBGLThHYE\n"
                               "/uxSzX5E7Fex2FyomqmIX+L03HY6japH9EC7A1G4d5FfEYEJ2gfBUloR\n"
                               "-----END PRIVATE KEY-----\n";

struct str crypto_test_key_pem(enum key_alg alg)
{
    return alg == KEY_RS256 ? STR(rsa_pem) : STR(p256_pem);
}
