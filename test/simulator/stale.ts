/** The status of a MaaSAuthPolicy of one model that its controller has forgotten: as it was recorded, and as it is played. */
export const STALE: object = {
    phase: "Degraded",
    conditions: [
        { type: "Ready", status: "False", reason: "PartialFailure", message: "1 of 1 AuthPolicies not accepted/enforced" },
    ],
    authPolicies: [
        {
            name: "maas-auth-gpt-oss-20b",
            namespace: "maas",
            model: "gpt-oss-20b",
            modelNamespace: "maas",
            ready: false,
            reason: "NotEnforced",
            message: expect.stringMatching(
                /^AuthPolicy waiting for the following components to sync: \[AuthConfig \([0-9a-f]{64}\)( AuthConfig \([0-9a-f]{64}\))*\]$/,
            ) as string,
        },
    ],
};
