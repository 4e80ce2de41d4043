/** A rendered chart beside the stack: what is refused of it, all at once and by name. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { readManifests } from "../../stacks/manifests";
import { chartOfExternalSecrets, yamlOf } from "../chart";
import { problemsOf, shipped } from "../settings";

let folder: string;
let files = 0;
beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "maas-manifests-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a file. @returns its name */
function written(text: string): string {
    const name = `file-${files++}.yaml`;
    writeFileSync(path.join(folder, name), text);
    return name;
}

const wrongWith = (text: string): readonly string[] => readManifests(written(text), folder).problems;
const map = (more: object = {}): object => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "map", namespace: "team" },
    ...more,
});

describe("a file of objects", () => {
    it("is read, document by document", () => {
        const file = written(
            `# a comment\n---\n${yamlOf([map(), { apiVersion: "v1", kind: "Namespace", metadata: { name: "team" } }])}---\n`,
        );
        const { objects, problems } = readManifests(file, folder);
        expect(problems).toEqual([]);
        expect(objects.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([
            ["ConfigMap", "map"],
            ["Namespace", "team"],
        ]);
    });

    it.each([
        ["nothing", "# a comment\n", /^is empty; expected objects in YAML$/],
        ["no YAML", "a: [1\nb: 2", /^is not valid YAML: .* at line 2/],
        ["a list", yamlOf([{ apiVersion: "v1", kind: "List", items: [map()] }]), /^has no object in document 1/],
        ["a text", "hello", /^has no object in document 1/],
        ["one twice", yamlOf([map(), map({ data: {} })]), /^has ConfigMap team\/map twice$/],
        [
            "one without a namespace",
            yamlOf([map({ metadata: { name: "map" } })]),
            /^has ConfigMap map without a namespace; expected .*--namespace$/,
        ],
        [
            "a hook of Helm",
            yamlOf([map({ metadata: { name: "map", namespace: "team", annotations: { "helm.sh/hook": "test" } } })]),
            /^has ConfigMap team\/map, a hook that only Helm runs; expected a chart rendered with --no-hooks$/,
        ],
        [
            "a Secret with something in it",
            yamlOf([map({ kind: "Secret", stringData: { password: "hunter2-marked" } })]),
            /^has Secret team\/map with data; expected no secrets in a file$/,
        ],
    ])("is refused with %s", (_, text, message) => {
        expect(wrongWith(text)).toEqual([expect.stringMatching(message)]);
        expect(wrongWith(text).join()).not.toContain("hunter2-marked");
    });

    it("is refused when it does not exist", () => {
        expect(readManifests("none.yaml", folder).problems).toEqual([
            expect.stringMatching(/^cannot be read; expected its path/),
        ]);
    });
});

describe("the chart of External Secrets", () => {
    const refusals = (externalSecrets: object): string[] =>
        problemsOf(
            shipped("code-assistant", (s) => Object.assign(s.identity, { externalSecrets })),
            folder,
        );
    const withChart = (change: (objects: any[]) => unknown, more: object = {}): string[] => {
        const objects = chartOfExternalSecrets();
        const changed = change(objects);
        const manifests = written(yamlOf(Array.isArray(changed) ? changed : objects));
        return refusals({ operator: "community", manifests, ...more });
    };
    const one = (objects: any[], kind: string, name: string): any =>
        objects.find((object) => object.kind === kind && object.metadata.name === name);

    it("is taken as it is", () => expect(withChart(() => undefined)).toEqual([]));

    it.each<[string, (objects: any[]) => unknown, RegExp]>([
        [
            "definitions that are left out",
            (objects) => objects.filter(({ metadata }) => metadata.name !== "externalsecrets.external-secrets.io"),
            /has no CustomResourceDefinition externalsecrets\.external-secrets\.io that serves v1; .*--set installCRDs=true$/,
        ],
        [
            "definitions of an old chart",
            (objects) =>
                void (one(
                    objects,
                    "CustomResourceDefinition",
                    "clustersecretstores.external-secrets.io",
                ).spec.versions[0].served = false),
            /clustersecretstores\.external-secrets\.io that serves v1/,
        ],
        [
            "another release name",
            (objects) => void (one(objects, "Deployment", "external-secrets").metadata.name = "eso"),
            /has no Deployment external-secrets; expected .* release external-secrets$/,
        ],
        [
            "a user that OpenShift refuses",
            (objects) =>
                void (one(objects, "Deployment", "external-secrets").spec.template.spec.containers[0].securityContext.runAsUser =
                    1000),
            /identity\.externalSecrets\.manifests: "file-\d+\.yaml" has Deployment external-secrets\/external-secrets with runAsUser or fsGroup, which OpenShift refuses; expected a chart rendered with --set global\.compatibility\.openshift\.adaptSecurityContext=force$/,
        ],
        [
            "a user of an init container that OpenShift refuses",
            (objects) =>
                void (one(objects, "Deployment", "external-secrets").spec.template.spec.initContainers = [
                    { name: "before", image: "quay.io/example/before:1", securityContext: { runAsUser: 1000 } },
                ]),
            /identity\.externalSecrets\.manifests: "file-\d+\.yaml" has Deployment external-secrets\/external-secrets with runAsUser or fsGroup, which OpenShift refuses/,
        ],
        [
            "a group that OpenShift refuses",
            (objects) =>
                void (one(objects, "Deployment", "external-secrets").spec.template.spec.securityContext = { fsGroup: 1000 }),
            /identity\.externalSecrets\.manifests: "file-\d+\.yaml" has Deployment external-secrets\/external-secrets with runAsUser or fsGroup, which OpenShift refuses/,
        ],
    ])("is refused with %s", (_, change, message) => {
        expect(withChart(change)).toEqual([expect.stringMatching(message)]);
        expect(withChart(change)[0]).toMatch(/^identity\.externalSecrets\.manifests: "file-\d+\.yaml" /);
    });

    it("is refused in another namespace than the settings name, each of its Deployments by name", () => {
        expect(withChart(() => undefined, { namespace: "eso" })).toEqual(
            ["external-secrets", "external-secrets-webhook", "external-secrets-cert-controller"].map((name) =>
                expect.stringContaining(
                    `has Deployment external-secrets/${name} in another namespace than identity.externalSecrets.namespace, "eso"`,
                ),
            ),
        );
    });

    it("is told what was given in place of an operator: its name is no secret, unlike what stands under other names of secrets", () => {
        expect(refusals({ operator: "comunity" })).toEqual([
            'identity.externalSecrets.operator: "comunity" is not one of red-hat, community; did you mean "community"?',
        ]);
        const openid = [{ name: "sso", issuer: "https://sso.example.com", clientId: "maas", clientSecret: "hunter2-marked" }];
        const told = problemsOf(shipped("code-assistant", (s) => Object.assign(s.identity, { openid })));
        expect(told).toEqual([expect.stringContaining("a value that is not shown")]);
        expect(told.join()).not.toContain("hunter2");
    });

    it("is of no use beside Red Hat's operator", () => {
        expect(refusals({ manifests: written(yamlOf(chartOfExternalSecrets())) })).toEqual([
            expect.stringMatching(
                /identity\.externalSecrets\.manifests: has no effect, because OLM installs operator red-hat; expected operator: community$/,
            ),
        ]);
    });

    it("tells a file that is missing once", () => {
        expect(refusals({ operator: "community", manifests: "none.yaml" })).toEqual([
            expect.stringMatching(/manifests: "none\.yaml" cannot be read/),
        ]);
    });
});
