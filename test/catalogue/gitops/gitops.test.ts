import { argoCdJudges, filled, insteadOfHook, insteadOfType, keysOfSecret } from "../../../catalogue/gitops/gitops";

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

test.each([
    ["maas-db-config", ["DB_CONNECTION_URL"]],
    ["my-maas-db-config", ["username", "password"]],
    ["htpasswd-users", ["htpasswd"]],
    ["grafana-oauth-client", ["client-secret"]],
    ["admin-credentials", ["password"]],
    ["postgres", ["username", "password"]],
])("Secret %s has the keys %j", (name, keys) => {
    expect(keysOfSecret(name)).toEqual(keys);
});
