// Builds what the pages load, from node_modules and assets/scss, into the web room's static folder.
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const target = join(root, "src/sipinter/foundation/web/static/build");
const fonts = join(modules, "@fontsource-variable/plus-jakarta-sans/files");

rmSync(target, { recursive: true, force: true });
mkdirSync(join(target, "fonts"), { recursive: true });

// Bootstrap 5.3 is still written with @import; its deprecation warnings are not ours to act on.
const { css } = sass.compile(join(root, "assets/scss/app.scss"), {
  loadPaths: [modules],
  style: "compressed",
  quietDeps: true,
  silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
});
writeFileSync(join(target, "app.css"), css);

copyFileSync(join(modules, "htmx.org/dist/htmx.min.js"), join(target, "htmx.min.js"));
// Without the line that names a map, which is not served.
const tus = readFileSync(join(modules, "tus-js-client/dist/tus.min.js"), "utf8");
writeFileSync(join(target, "tus.min.js"), tus.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
for (const subset of ["latin", "latin-ext"]) {
  copyFileSync(
    join(fonts, `plus-jakarta-sans-${subset}-wght-normal.woff2`),
    join(target, "fonts", `plus-jakarta-sans-${subset}.woff2`),
  );
}
copyFileSync(join(fonts, "../LICENSE"), join(target, "fonts/OFL.txt"));

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
console.log(`app.css ${kilobytes(css.length)}, ${kilobytes(gzipSync(css).length)} gzipped`);
console.log(`htmx.min.js ${kilobytes(statSync(join(target, "htmx.min.js")).size)}`);
