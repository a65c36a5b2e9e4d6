/**
 * Whose signature on a list of releases counts: public halves of Ed25519 keys, DER (SPKI) in Base64. A key that is to
 * follow another stands beside it for a release; docs/releases.md says how one is made.
 */
export const releaseKeys: readonly string[] = ['MCowBQYDK2VwAyEA3etLjTJLDdXZeUndjnzYL4Cwe5MaiGSoGY48EQdN75c='];
