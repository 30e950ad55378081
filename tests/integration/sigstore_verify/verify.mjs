// Verifies a Sigstore bundle with a public key: node verify.mjs BUNDLE.json KEY.pub MANIFEST
//
// Prints the signed statement as JSON and ends with 0, or prints the reason to stderr and ends with
// 1. Knows nothing of gitconfig-tool: it uses @sigstore/verify as anybody would.

import { createHash, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { bundleFromJSON } from "@sigstore/bundle";
import { toSignedEntity, toTrustMaterial, Verifier } from "@sigstore/verify";

const [bundlePath, keyPath, manifestPath] = process.argv.slice(2);

try {
  const bundle = bundleFromJSON(JSON.parse(readFileSync(bundlePath, "utf8")));
  const publicKey = createPublicKey(readFileSync(keyPath));
  // The hint by which the bundle names its key: SHA-256 of the SubjectPublicKeyInfo.
  const keyId = createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("hex");
  const root = {
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: [],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  };
  const trust = toTrustMaterial(root, (hint) => {
    if (hint !== keyId) throw new Error(`the key ${hint} is not trusted`);
    return { publicKey, validFor: () => true };
  });
  const verifier = new Verifier(trust, {
    tlogThreshold: 0,
    ctlogThreshold: 0,
    timestampThreshold: 0,
  });
  verifier.verify(toSignedEntity(bundle));
  const statement = JSON.parse(bundle.content.dsseEnvelope.payload.toString("utf8"));
  const digest = createHash("sha256").update(readFileSync(manifestPath)).digest("hex");
  if (statement.subject[0].digest.sha256 !== digest) {
    throw new Error("the statement is about another manifest");
  }
  process.stdout.write(JSON.stringify(statement));
} catch (error) {
  process.stderr.write(`refused: ${error.message}\n`);
  process.exit(1);
}
