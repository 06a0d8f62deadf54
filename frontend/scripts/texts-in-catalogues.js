/** Refuses texts for readers outside the catalogues (src/shared/texts): no translation would reach them. */

/** Attributes, props and fields that are shown or read out. */
const SHOWN =
  /^(?:aria-(?:description|label|placeholder|roledescription|valuetext)|alt|done|empty|error|hint|label|notice|placeholder|problem|text|title)$/u;
const LETTER = /\p{L}/u;
/** Several words. Media queries begin with a bracket. */
const PROSE = /^[^(]*\p{L}[,;:.!?…]? \p{L}/u;
/** What only programmers read, and values of attributes that nobody sees. */
const HIDDEN = "NewExpression[callee.name='Error'] *, JSXAttribute > Literal";

/** @type {import("eslint").Rule.RuleModule} */
export const textsInCatalogues = {
  meta: {
    type: "problem",
    schema: [],
    messages: { text: "A text for readers: put it into the catalogues of src/shared/texts." },
  },
  create(context) {
    const reported = new Set();

    function report(node) {
      if (!reported.has(node)) context.report({ node, messageId: "text" });
      reported.add(node);
    }

    /** Reports what the expression may come to, not what it is computed from. */
    function look(node) {
      switch (node?.type) {
        case "Literal":
          if (typeof node.value === "string" && LETTER.test(node.value)) report(node);
          break;
        case "TemplateLiteral":
          for (const part of node.quasis) if (LETTER.test(part.value.cooked)) report(part);
          break;
        case "ConditionalExpression":
          look(node.consequent);
          look(node.alternate);
          break;
        case "LogicalExpression":
          look(node.left);
          look(node.right);
          break;
        case "BinaryExpression":
          if (node.operator !== "+") break;
          look(node.left);
          look(node.right);
          break;
        case "JSXExpressionContainer":
          look(node.expression);
          break;
      }
    }

    return {
      JSXText(node) {
        if (LETTER.test(node.value)) report(node);
      },
      JSXAttribute({ name, value }) {
        if (SHOWN.test(name.name)) look(value);
      },
      ":matches(JSXElement, JSXFragment) > JSXExpressionContainer": look,
      Property({ key, value }) {
        if (SHOWN.test(key.name)) look(value);
      },
      [`Literal:not(${HIDDEN})`](node) {
        if (typeof node.value === "string" && PROSE.test(node.value)) report(node);
      },
      [`TemplateElement:not(${HIDDEN})`](node) {
        if (PROSE.test(node.value.cooked)) report(node);
      },
    };
  },
};
