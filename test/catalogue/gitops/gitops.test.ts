import {
    argoCdJudges,
    filled,
    insteadOfHook,
    insteadOfType,
    keysOfSecret,
    type PlannedSecret,
} from "../../../catalogue/gitops/gitops";

test.each([
    ["to ${name}", { name: "a" }, "to a"],
    ["to ${name}", {}, "to …"],
    ["to ${path|name}", { name: "a" }, "to a"],
    ["to ${path|name}", { name: "a", path: "p" }, "to p"],
    ["${names} at ${at}", { names: ["a", "b"], at: 0 }, "a,b at 0"],
    ["$name {name}", { name: "a" }, "$name {name}"],
])("%s with %j", (text, values, expected) => {
    expect(filled(text, values)).toBe(expected);
});

test.each([
    ["operator rhcl-operator is not installed by others", "maas doctor"],
    ["the ExternalModel of gpt of an earlier release is deleted", "oc delete"],
    ["who has left tier-free-users", "maas keys audit"],
    ["OAuth gives up the provider", "oc edit oauth cluster"],
    ["an unheard-of hook", "do it by hand"],
])("instead of the hook %s: %s", (hook, instead) => {
    expect(insteadOfHook(hook).instead).toContain(instead);
});

it("a hook that nobody describes is told by its name, one that does nothing is not told", () => {
    expect(insteadOfHook("an unheard-of hook").does).toBe("an unheard-of hook");
    expect(insteadOfHook("what the object says of itself").does).toBe("");
});

test.each([
    ["vault:index/mount:Mount", "vault secrets enable"],
    // Without them a login would last for the 32 days of Vault.
    ["vault:kubernetes/authBackendRole:AuthBackendRole", "token_ttl=${tokenTtl} token_max_ttl=${tokenMaxTtl}"],
    // A Vault in the cluster needs the account and the authority of its pod.
    ["vault:kubernetes/authBackendConfig:AuthBackendConfig", "disable_local_ca_jwt=${disableLocalCaJwt}"],
    ["vault:jwt/authBackend:AuthBackend", "vault auth enable -path=${path} jwt"],
    ["aws:s3/bucket:Bucket", "create it in AWS"],
    ["gcp:storage/bucket:Bucket", "create it with a tool of your own"],
])("instead of a %s: %s", (type, instead) => {
    expect(insteadOfType(type)).toContain(instead);
});

test.each([
    ["apps", "Deployment", true],
    ["batch", "Job", true],
    ["apps", "Job", false],
    ["serving.kserve.io", "LLMInferenceService", false],
])("Argo CD judges %s/%s: %s", (group, kind, judges) => {
    expect(argoCdJudges(group, kind)).toBe(judges);
});

/** Which Secrets these are, test/destroy.long.test.ts compares with what the program writes. */
test.each<[string, Partial<PlannedSecret>, readonly string[] | undefined]>([
    ["database-connection", { name: "maas-db-config" }, ["DB_CONNECTION_URL"]],
    ["keys-metrics-connection", {}, ["url"]],
    ["observability-grafana-proxy", { name: "grafana-proxy" }, ["cookie"]],
    ["litemaas-oauth-held", {}, ["client-secret"]],
    ["model-registry-database-password", {}, ["database-password"]],
    ["identity-user-alice", {}, ["username", "password"]],
    ["identity-users", {}, ["htpasswd"]],
    ["database-credentials", {}, ["password"]],
    ["database-credentials", { type: "kubernetes.io/basic-auth" }, ["username", "password"]],
    ["project-a-connection", { isPatch: true }, ["AWS_S3_ENDPOINT", "AWS_DEFAULT_REGION", "AWS_S3_BUCKET"]],
    [
        "project-a-connection",
        {},
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_S3_ENDPOINT", "AWS_DEFAULT_REGION", "AWS_S3_BUCKET"],
    ],
    ["mine", {}, undefined],
])("the Secret of %s (%j) has the keys %j", (resource, how, keys) => {
    expect(keysOfSecret({ resource, name: "x", type: undefined, isPatch: false, ...how })).toEqual(keys);
});
