/** Cases of the rules about LiteMaaS. */
import { type Case, deployment, image, k, UNKNOWN } from "./case";

const DIGEST = `sha256:${"0f1e2d3c".repeat(8)}`;
const secret = (name: string, key: string) => ({ name: key, valueFrom: { secretKeyRef: { name, key } } });

export const litemaas: Readonly<Record<string, Case>> = {
    "litellm-by-digest": {
        good: () => [deployment({ name: "proxy", image: `quay.io/acme/litellm-non-root@${DIGEST}` })],
        broken: [
            {
                what: "a tag",
                change: ([d]) => (image(d).image = "ghcr.io/berriai/litellm:v1.83.0"),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.image: ghcr\.io\/berriai\/litellm:v1\.83\.0 names LiteLLM without a digest; use the digest of an image that you have checked$/,
            },
            {
                what: "no tag, of a fork",
                change: ([d]) => (image(d).image = "quay.io/acme/litellm-non-root"),
                says: /litellm-non-root names LiteLLM without a digest/,
            },
            {
                what: "half of a digest",
                change: ([d]) => (image(d).image = "quay.io/acme/litellm@sha256:0f1e"),
                says: /without a digest/,
            },
        ],
        accepted: [
            { what: "a tag beside the digest", change: ([d]) => (image(d).image = `quay.io/acme/litellm:1.83.0@${DIGEST}`) },
            { what: "an image that only has the name in it", change: ([d]) => (image(d).image = "quay.io/acme/not-litellm:1") },
        ],
    },
    "litellm-keeps-its-salt": {
        good: () => [
            deployment({
                name: "proxy",
                image: `quay.io/acme/litellm@${DIGEST}`,
                env: [
                    { name: "STORE_MODEL_IN_DB", value: "True" },
                    secret("s", "LITELLM_MASTER_KEY"),
                    secret("s", "LITELLM_SALT_KEY"),
                ],
            }),
        ],
        broken: [
            {
                what: "no salt key",
                change: ([d]) => image(d).env.pop(),
                says: /^workload: spec\.template\.spec\.containers\[0\]\.env: LITELLM_SALT_KEY is missing, so stored models are encrypted with the master key; set it from a Secret$/,
            },
            {
                what: "no salt key, and no Secret in the list of whole ones",
                change: ([d]) => (image(d).env.pop(), (image(d).envFrom = [])),
                says: /LITELLM_SALT_KEY is missing/,
            },
            {
                what: "the master key as salt key",
                change: ([d]) => (image(d).env[2].valueFrom.secretKeyRef.key = "LITELLM_MASTER_KEY"),
                says: /env: LITELLM_SALT_KEY is the master key; use a value of its own/,
            },
        ],
        accepted: [
            {
                what: "a variable that is not known",
                change: ([d]) => (image(d).env[2] = UNKNOWN),
            },
            {
                what: "no models in a database",
                change: ([d]) => (image(d).env = [{ name: "STORE_MODEL_IN_DB", value: "False" }]),
            },
            { what: "another program", change: ([d]) => ((image(d).image = "quay.io/acme/web:1"), image(d).env.pop()) },
            {
                what: "a Secret as a whole",
                change: ([d]) => (image(d).env.pop(), (image(d).envFrom = [{ secretRef: { name: "s" } }])),
            },
        ],
        follows: /env/,
    },
    "portal-has-one-backend": {
        good: () => {
            const backend = deployment({ name: "backend", image: "quay.io/rh-aiservices-bu/litemaas-backend:0.4.0" });
            (backend.props as any).spec.replicas = 1;
            (backend.props as any).spec.strategy = { type: "Recreate" };
            return [backend];
        },
        broken: [
            {
                what: "three",
                change: ([d]) => (d.props.spec.replicas = 3),
                says: /^workload: spec\.replicas: 3 backends do not know each other's logins; set 1$/,
            },
            {
                what: "one that is rolled",
                change: ([d]) => (d.props.spec.strategy.type = "RollingUpdate"),
                says: /^workload: spec\.strategy\.type: two backends run at once during an update/,
            },
            { what: "no strategy", change: ([d]) => delete d.props.spec.strategy, says: /spec\.strategy\.type/ },
        ],
        accepted: [
            {
                what: "frontends",
                change: ([d]) => (
                    (image(d).image = "quay.io/rh-aiservices-bu/litemaas-frontend:0.4.0"),
                    (d.props.spec.replicas = 3)
                ),
            },
            { what: "no number", change: ([d]) => delete d.props.spec.replicas },
        ],
    },
    "portal-requires-tokens": {
        good: () => [
            deployment({ name: "backend", image: "quay.io/rh-aiservices-bu/litemaas-backend:0.4.0" }, { app: "backend" }),
            k("core/v1:Service", "service", { metadata: { name: "s", namespace: "n" }, spec: { selector: { app: "backend" } } }),
            k("route.openshift.io/v1:Route", "route", {
                metadata: { name: "r", namespace: "n" },
                spec: {
                    to: { kind: "Service", name: "s" },
                    httpHeaders: {
                        actions: {
                            request: [
                                { name: "User-Agent", action: { type: "Set", set: { value: "portal" } } },
                                { name: "Origin", action: { type: "Delete" } },
                                { name: "Referer", action: { type: "Delete" } },
                            ],
                        },
                    },
                },
            }),
        ],
        broken: [
            {
                what: "no change of headers",
                change: ([, , r]) => delete r.props.spec.httpHeaders,
                says: /^route: Route r passes User-Agent, Origin, Referer on to the portal, which takes requests without a token by them for an administrator's; change them with spec\.httpHeaders$/,
            },
            {
                what: "one header left",
                change: ([, , r]) => r.props.spec.httpHeaders.actions.request.pop(),
                says: /passes Referer on/,
            },
            {
                what: "a backend beside another container",
                change: ([d, , r]) => (
                    d.props.spec.template.spec.containers.push({ name: "proxy", image: "quay.io/acme/proxy:1" }),
                    delete r.props.spec.httpHeaders
                ),
                says: /passes User-Agent, Origin, Referer on/,
            },
            {
                what: "an image by its name alone",
                change: ([d, , r]) => ((image(d).image = "litemaas-backend"), delete r.props.spec.httpHeaders),
                says: /passes User-Agent, Origin, Referer on/,
            },
            {
                what: "a backend beside the frontend, which the Route does not lead to",
                change: (all) => {
                    delete all[2].props.spec.httpHeaders;
                    all.push({
                        ...deployment({ name: "front", image: "quay.io/acme/litemaas-frontend:0.4.0" }, { app: "front" }),
                        name: "front",
                    });
                },
                says: /passes User-Agent, Origin, Referer on/,
            },
            {
                what: "a Service of that name elsewhere, and another one beside it",
                change: (all) => {
                    delete all[2].props.spec.httpHeaders;
                    const other = (name: string, namespace: string): object =>
                        k("core/v1:Service", `${namespace}-${name}`, {
                            metadata: { name, namespace },
                            spec: { selector: { app: "proxy" } },
                        });
                    all.splice(1, 0, other("s", "elsewhere"), other("beside", "n"));
                },
                says: /passes User-Agent, Origin, Referer on/,
            },
            {
                what: "a frontend, which leads to the backend",
                change: ([d, , r]) => (
                    (image(d).image = "quay.io/rh-aiservices-bu/litemaas-frontend:0.4.0"),
                    delete r.props.spec.httpHeaders
                ),
                says: /passes User-Agent, Origin, Referer on/,
            },
        ],
        accepted: [
            {
                what: "no portal",
                change: ([d, , r]) => ((image(d).image = "quay.io/acme/web:1"), delete r.props.spec.httpHeaders),
            },
            {
                what: "a Route to something else",
                change: ([, s, r]) => ((s.props.spec.selector.app = "proxy"), delete r.props.spec.httpHeaders),
            },
            {
                what: "a Service of another namespace than the portal's",
                change: ([d, , r]) => ((d.props.metadata.namespace = "other"), delete r.props.spec.httpHeaders),
            },
            {
                what: "a Service that selects nothing",
                change: ([, s, r]) => ((s.props.spec.selector = {}), delete r.props.spec.httpHeaders),
            },
            {
                what: "a Service that selects by one more label",
                change: ([, s, r]) => ((s.props.spec.selector.tier = "web"), delete r.props.spec.httpHeaders),
            },
            {
                what: "a header that is not known yet",
                change: ([, , r]) => (r.props.spec.httpHeaders.actions.request[1].name = UNKNOWN),
            },
            {
                what: "headers in another case",
                change: ([, , r]) => (r.props.spec.httpHeaders.actions.request[0].name = "user-agent"),
            },
            { what: "headers that are not known yet", change: ([, , r]) => (r.props.spec.httpHeaders = UNKNOWN) },
        ],
    },
    "no-default-passwords": {
        good: () => [
            k("core/v1:Secret", "secret", {
                metadata: { name: "s", namespace: "n" },
                stringData: { "master-key": "sk-4mB9xQ", username: "admin" },
                data: { password: Buffer.from("x7Kq").toString("base64") },
            }),
        ],
        broken: [
            {
                what: "the word of a chart",
                change: ([s]) => (s.props.stringData["master-key"] = "changeme"),
                says: /^secret: stringData\.master-key: the value is one that samples use; generate another$/,
            },
            {
                what: "encoded",
                change: ([s]) => (s.props.data.password = Buffer.from("Password\n").toString("base64")),
                says: /^secret: data\.password: the value is one that samples use; generate another$/,
            },
        ],
        accepted: [{ what: "a name that anybody may know", change: ([s]) => (s.props.stringData["username"] = "postgres") }],
    },
};
