import { seconds } from "../../policy/window";

it.each([
    ["500ms", 0.5],
    ["30s", 30],
    ["2m", 120],
    ["24h", 86_400],
])("%s are %d seconds", (window, length) => {
    expect(seconds(window)).toBe(length);
});

it.each(["", "m", "1d", "1m30s", "-1m", "1m ", undefined, null, 60])("%j is no window", (window) => {
    expect(seconds(window)).toBeUndefined();
});
