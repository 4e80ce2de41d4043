/** Values that KServe would read as templates. */
import type { SettingsProblem } from "../problem";
import type { ModelSettings } from "../schema";
import type { Say } from "./say";

/** The beginning of an action in Go's templates. */
const ACTION = "{{";

/**
 * Texts of a model that begin an action of a template. KServe expands the whole service, with whatever its presets add, as a Go
 * template; one that it cannot expand leaves the service neither ready nor failed.
 * Source: red-hat-data-services/kserve@rhoai-3.4:pkg/controller/v1alpha2/llmisvc/config_merge.go
 */
export function templateProblems({ canary: _, ...model }: ModelSettings, say: Say): SettingsProblem[] {
    return texts(model).flatMap(({ path, text }) =>
        text.includes(ACTION)
            ? [
                  say(
                      path,
                      `has "${ACTION}": KServe reads the whole service as a template and would never serve it; expected another text`,
                  ),
              ]
            : [],
    );
}

function texts(value: unknown, path = ""): { readonly path: string; readonly text: string }[] {
    if (typeof value === "string") {
        return [{ path, text: value }];
    }
    if (Array.isArray(value)) {
        return value.flatMap((item, i) => texts(item, `${path}[${i}]`));
    }
    return Object.entries((value ?? {}) as Record<string, unknown>).flatMap(([key, inner]) => {
        const at = path === "" ? key : `${path}.${key}`;
        return [
            ...(key.includes(ACTION) ? [{ path: at, text: key }] : []),
            ...(typeof inner === "object" || typeof inner === "string" ? texts(inner, at) : []),
        ];
    });
}
