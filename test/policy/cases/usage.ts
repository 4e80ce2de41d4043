/** Cases of the rule about the usage that is counted. */
import { type Case, model, UNKNOWN } from "./case";

export const usage: Readonly<Record<string, Case>> = {
    "usage-is-counted": {
        good: () => [
            model({
                containers: [
                    { name: "main", env: [{ name: "VLLM_ADDITIONAL_ARGS", value: "--a --enable-force-include-usage" }] },
                ],
            }),
        ],
        broken: [
            {
                what: "no flag",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].value = "--a"),
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set, so token limits do not count streams; add the flag to args$/,
            },
            {
                what: "a longer flag",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].value = "--enable-force-include-usage-x"),
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set/,
            },
            {
                what: "the flag in another variable",
                change: ([m]) => (m.props.spec.template.containers[0].env[0].name = "ARGS"),
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set/,
            },
            {
                what: "no main container",
                change: ([m]) => (m.props.spec.template.containers[0].name = "x"),
                says: /^model: spec\.template\.containers: container main does not set --enable-force-include-usage/,
            },
            {
                what: "no container",
                change: ([m]) => (m.props.spec.template.containers = []),
                says: /^model: spec\.template\.containers: container main does not set --enable-force-include-usage, so token limits do not count streams; add the flag$/,
            },
            {
                what: "no variable",
                change: ([m]) => delete m.props.spec.template.containers[0].env,
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set/,
            },
            {
                what: "the flag for another container",
                change: ([m]) =>
                    (m.props.spec.template.containers = [
                        { name: "main", args: ["--a"] },
                        { name: "side", args: ["--enable-force-include-usage"] },
                    ]),
                says: /^model: spec\.template\.containers\[0\]: --enable-force-include-usage is not set/,
            },
        ],
        accepted: [
            {
                what: "the flag as an argument",
                change: ([m]) => (m.props.spec.template.containers[0] = { name: "main", args: ["--enable-force-include-usage"] }),
            },
            {
                what: "the flag in a command",
                change: ([m]) =>
                    (m.props.spec.template.containers[0] = {
                        name: "main",
                        command: ["sh", "-c", "vllm serve  --enable-force-include-usage"],
                    }),
            },
            {
                what: "arguments that are not known",
                change: ([m]) => (m.props.spec.template.containers[0] = { name: "main", args: UNKNOWN }),
            },
            {
                what: "a command of which a part is not known",
                change: ([m]) => (m.props.spec.template.containers[0] = { name: "main", command: ["vllm", UNKNOWN] }),
            },
            {
                what: "a variable that is not known",
                change: ([m]) => (m.props.spec.template.containers[0].env = [{ name: "A", value: "b" }, UNKNOWN]),
            },
            {
                what: "a container that is not known",
                change: ([m]) => (m.props.spec.template.containers = [{ name: "side" }, UNKNOWN]),
            },
            {
                what: "the flag for one of two that may be meant",
                change: ([m]) => m.props.spec.template.containers.unshift({ name: UNKNOWN, args: [] }),
            },
        ],
    },
};
