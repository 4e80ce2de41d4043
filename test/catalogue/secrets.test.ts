/** What results show in place of secrets that stand in plain text. */
import { secretsOfArguments, secretsOfVariable, withoutSecrets } from "../../catalogue/secrets";
import type { Entry } from "../../rehearsal/engine/entry";
import { plannedResources } from "../../rehearsal/engine/outcome";

const token = `hf_${"a".repeat(20)}`;

it("shows [secret] for what arguments and variables hold, and leaves the rest alone", () => {
    const pod = (container: object): object => ({ spec: { template: { containers: [{ name: "main", ...container }] } } });
    expect(
        withoutSecrets(
            pod({
                args: ["--seed=1", `--hf-token=${token}`, "--api-key", "abcdefgh", 7],
                command: ["serve", `x ${token}`],
                env: [
                    { name: "OPENAI_API_KEY", value: "short" },
                    { name: "VLLM_ADDITIONAL_ARGS", value: `--seed=1 --hf_token '${token}'` },
                    { name: "URL", value: "postgresql://maas:pw@db/maas" },
                    { name: "POD_TOKEN", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
                    { name: "LOG", value: "debug" },
                ],
            }),
        ),
    ).toEqual(
        pod({
            args: ["--seed=1", "--hf-token=[secret]", "--api-key", "[secret]", 7],
            command: ["serve", "x [secret]"],
            env: [
                { name: "OPENAI_API_KEY", value: "[secret]" },
                { name: "VLLM_ADDITIONAL_ARGS", value: "--seed=1 --hf_token '[secret]'" },
                { name: "URL", value: "postgresql://maas:[secret]@db/maas" },
                { name: "POD_TOKEN", valueFrom: { secretKeyRef: { name: "s", key: "k" } } },
                { name: "LOG", value: "debug" },
            ],
        }),
    );
});

it("shows it in settings too, which components have among their inputs", () => {
    expect(withoutSecrets({ model: { env: { A_TOKEN: "x", LOG: "debug", N: 1 } } })).toEqual({
        model: { env: { A_TOKEN: "[secret]", LOG: "debug", N: 1 } },
    });
});

it("tells each secret once, by its name where it has one", () => {
    expect(secretsOfArguments([`--hf-token=${token}`])).toEqual([{ name: "--hf-token", value: token }]);
    expect(secretsOfArguments(["-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"])).toHaveLength(1);
    expect(secretsOfVariable("TOKEN_LIMIT", "5")).toEqual([]);
    expect(secretsOfVariable("URL", "https://db.example.com:5432/a@b")).toEqual([]);
});

it("a plan does not hold them", () => {
    const goal = {
        urn: "u",
        type: "t",
        name: "n",
        dependencies: [],
        options: {},
        inputs: { env: [{ name: "A_TOKEN", value: "x" }] },
    };
    const [resource] = plannedResources([{ goal } as unknown as Entry], { show: (value: unknown) => value } as never);
    expect(resource!.inputs).toEqual({ env: [{ name: "A_TOKEN", value: "[secret]" }] });
});
