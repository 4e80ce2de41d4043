/** The provider's Check: its changes of the inputs of a resource before it compares or writes them. */
import { Secret, secret, UNKNOWN, type Value, type Values } from "../../values";
import { digest } from "../echo";
import type { Subject } from "../provider";
import { scopeOf } from "./kinds";
import { defaultNamespace, identityOf, isMap, isPatch, unwrapped } from "./objects";

/** The inputs of an object as the provider completes them: name, namespace, and `data` of Secrets. */
export function checkInputs(subject: Subject, inputs: Values, old: Values | undefined): Values {
    const { apiVersion, kind } = identityOf(subject, inputs);
    const given = unwrapped(inputs["metadata"]);
    if (given === UNKNOWN && !isPatch(subject, kind)) {
        return { ...inputs, apiVersion, kind };
    }
    const metadata: Values = isMap(given) ? { ...given } : {};
    if (isPatch(subject, kind)) {
        if (metadata["name"] === undefined || metadata["name"] === UNKNOWN) {
            throw new Error("patch resources require the `.metadata.name` field to be set");
        }
    } else if (metadata["name"] === undefined && metadata["generateName"] === undefined) {
        const before = isMap(old?.["metadata"]) ? old["metadata"]["name"] : undefined;
        metadata["name"] = before ?? `${subject.name}-${digest(`${subject.urn}${subject.replaces ?? ""}`, 8)}`;
        metadata["annotations"] = { ...(metadata["annotations"] as Values | undefined), "pulumi.com/autonamed": "true" };
    }
    // Whether a custom resource without a namespace has one is for the cluster to say, when it is written.
    if (metadata["namespace"] === undefined && scopeOf(apiVersion, kind) === "namespaced") {
        metadata["namespace"] = defaultNamespace(subject);
    }
    const checked: Values = { ...inputs, apiVersion, kind, metadata };
    if (apiVersion !== "v1" || (kind !== "Secret" && kind !== "ConfigMap")) {
        return checked;
    }
    return withoutEmpty(kind === "Secret" ? withoutStringData(checked) : checked);
}

/** `stringData` as the API server keeps it: base64 in `data`; secret when either was. Unknown values remain unknown. */
function withoutStringData(secretObject: Values): Values {
    const { stringData, ...rest } = secretObject;
    const [texts, data] = [unwrapped(stringData), unwrapped(rest["data"])];
    if (!isMap(texts) || !(data === undefined || data === null || isMap(data))) {
        return secretObject;
    }
    const encoded = Object.entries(texts).map(([key, value]) => [key, base64(value)] as const);
    const all: Values = { ...data, ...Object.fromEntries(encoded) };
    return { ...rest, data: stringData instanceof Secret || rest["data"] instanceof Secret ? secret(all) : all };
}

/** Without maps that hold nothing: the types of the API leave them out. */
function withoutEmpty(object: Values): Values {
    return Object.fromEntries(Object.entries(object).filter(([, value]) => !(isMap(value) && Object.keys(value).length === 0)));
}

function base64(value: Value): Value {
    if (value instanceof Secret) {
        return secret(base64(value.value));
    }
    return typeof value === "string" ? Buffer.from(value, "utf8").toString("base64") : value;
}
