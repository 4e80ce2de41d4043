"use strict";
// Changes that are left to others, and changes that replace although the provider would update.
const { ConfigMap } = require("@pulumi/kubernetes/core/v1");
const { step } = require("./support");

const object = (name) => ({ metadata: { name, namespace: "default", labels: { step, fixed: "yes" } } });
new ConfigMap("all-labels", object("all-labels"), { ignoreChanges: ["metadata.labels"] });
new ConfigMap("one-label", object("one-label"), { ignoreChanges: ["metadata.labels.step"] });
new ConfigMap("data", { ...object("data"), data: { a: step, b: "fixed" } }, { ignoreChanges: ['data["a"]'] });
new ConfigMap(
    "added",
    { metadata: { name: "added", namespace: "default", ...(step === "second" && { labels: { step } }) } },
    { ignoreChanges: ["metadata.labels"] },
);
new ConfigMap("everything", object("everything"), { ignoreChanges: ["*"] });
new ConfigMap("replaced", object("replaced"), { replaceOnChanges: ["metadata.labels"], deleteBeforeReplace: true });
new ConfigMap(
    "replaced-autonamed",
    { metadata: { namespace: "default", labels: { step } } },
    { replaceOnChanges: ["metadata.labels.step"] },
);
new ConfigMap("replaced-by-any", { metadata: { namespace: "default", labels: { step } } }, { replaceOnChanges: ["*"] });
new ConfigMap(
    "not-replaced",
    { metadata: { namespace: "default", labels: { step } } },
    { replaceOnChanges: ["metadata.annotations"] },
);
