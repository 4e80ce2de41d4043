/** YAML for programs that read version 1.1 of it. */
import { stringify } from "yaml";

/**
 * A value as YAML that reads the same in versions 1.1 and 1.2: texts that 1.1 takes for something else (`no`, `on`, `1:30`) are quoted. No
 * aliases and no folded lines: people read it, and tools compare it. Versions 1.1: kubectl, kustomize and Argo CD
 * (kubernetes-sigs/yaml@v1.6.0:goyaml.v2/resolve.go), LiteLLM (yaml/pyyaml@6.0.2:lib/yaml/resolver.py).
 */
export function yamlText(value: unknown): string {
    return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, compat: "yaml-1.1" });
}
