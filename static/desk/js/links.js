// Links: to an address, or to a story found by its words. Those to our own pages are kept without the site's
// name, so that a site that moves breaks none.
import { Link as BaseLink } from "django-prose-editor/editor";
import { element } from "desk/element";
import { ask, listStories } from "desk/stories";

const say = window.gettext || (words => words);
const ADDRESS = /^(https?:\/\/|mailto:|tel:|\/|#)\S/i, BARE = /^[^\s@/]+\.[a-z]{2,}([/?#:]\S*)?$/i, MAIL = /^\S+@\S+\.[a-z]{2,}$/i;

const ourSites = () => [location.origin, ...document.querySelector("[data-sites]").dataset.sites.split(" ")];

export function withoutOurName(address) {
  const site = ourSites().find(name => address == name || address?.startsWith(`${name}/`));
  return site ? address.slice(site.length) || "/" : address;
}

function asAddress(typed) {
  if (ADDRESS.test(typed)) return withoutOurName(typed);
  if (MAIL.test(typed)) return `mailto:${typed}`;
  return BARE.test(typed) ? withoutOurName(`https://${typed}`) : "";
}

// Resolves to { href, title } and, if a story was chosen, to its headline; to {} if the link is to go; or to null.
function askLink({ href, title }) {
  return ask(href ? say("Change the link") : say("Link"), close => {
    const field = (words, value) => element("label", {}, words, element("input", { type: "text", value: value ?? "", autocomplete: "off" }));
    const where = field(say("Address, or words of a story"), href), name = field(say("Title, optional"), title);
    const [address, titled] = [where, name].map(label => label.querySelector("input"));
    const wrong = element("p", { className: "errors-said" });
    const button = (words, act, className = "button") => {
      const made = element("button", { type: "button", className, textContent: words });
      made.addEventListener("click", act);
      return made;
    };
    const take = told => close({ title: titled.value.trim() || null, ...told });
    const list = listStories(address, story => take({ href: story.address, words: story.headline }), words => words && !asAddress(words));
    const done = () => {
      const found = asAddress(address.value.trim());
      if (found) return take({ href: found });
      if (list[1].querySelector("button")) return list[1].querySelector("button").focus();
      wrong.textContent = say("Write an address such as https://example.org, or choose a story.");
    };
    for (const input of [address, titled]) input.addEventListener("keydown", event => { if (event.key == "Enter") { event.preventDefault(); done(); } });
    address.autofocus = true;
    wrong.setAttribute("role", "alert");
    const acts = element("p", { className: "acts" }, button(href ? say("Change") : say("Link"), done, "button default"));
    if (href) acts.append(button(say("Remove the link"), () => close({})));
    acts.append(button(say("Cancel"), () => close(null)));
    return [where, wrong, ...list, name, acts];
  });
}

async function edit(editor) {
  const told = await askLink(editor.getAttributes("link"));
  const chain = editor.chain().focus();
  if (!told) return chain.run();
  const { words, ...link } = told;
  if (editor.isActive("link")) chain.extendMarkRange("link");
  if (!link.href) return chain.unsetLink().run();
  if (editor.state.selection.empty && !editor.isActive("link")) return chain.insertContent({ type: "text", text: words ?? link.href, marks: [{ type: "link", attrs: link }] }).run();
  return chain.setLink(link).run();
}

export const Link = BaseLink.extend({
  addOptions() { return { ...this.parent(), HTMLAttributes: {} }; },
  addAttributes() {
    return {
      href: { default: null, parseHTML: link => withoutOurName(link.getAttribute("href")), renderHTML: ({ href }) => ({ href: withoutOurName(href) }) },
      hreflang: { default: null },
      rel: { default: null },
      title: { default: null },
    };
  },
  addCommands() {
    return { ...this.parent(), addLink: () => ({ editor }) => { edit(editor); return true; } };
  },
  addMenuItems({ menu, buttons }) {
    menu.defineItem({
      name: "link",
      groups: "link",
      button: buttons.material("insert_link", say("Link")),
      command: editor => edit(editor),
      active: editor => editor.isActive("link"),
    });
  },
});
