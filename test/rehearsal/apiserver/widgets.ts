/** What tests of a cluster share, also where they are run by no test runner. */

/** A CRD of a kind with a status of its own. */
export function widgets(kind = "Widget", group = "example.com"): any {
    const plural = `${kind.toLowerCase()}s`;
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.${group}` },
        spec: {
            group,
            scope: "Namespaced",
            names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
            versions: [
                {
                    name: "v1",
                    served: true,
                    storage: true,
                    subresources: { status: {} },
                    schema: {
                        openAPIV3Schema: {
                            type: "object",
                            properties: {
                                spec: {
                                    type: "object",
                                    required: ["size"],
                                    properties: { size: { type: "integer", minimum: 1 } },
                                },
                                status: { type: "object", properties: { phase: { type: "string" } } },
                            },
                        },
                    },
                },
            ],
        },
    };
}

/** Resolves when `check` holds. @throws Error when it does not in time */
export async function eventually(what: string, check: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    while (!(await check())) {
        if (Date.now() > deadline) {
            throw new Error(`not within ${seconds} s: ${what}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}
