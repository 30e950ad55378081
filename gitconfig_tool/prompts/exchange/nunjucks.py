"""What Nunjucks lacks of Jinja2's filters, as a file for promptfoo's `nunjucksFilters`.

Only `tojson`: it is how untrusted text is put into a prompt. The text is what Jinja2 3.1 writes
(`jinja2.utils.htmlsafe_json_dumps`): keys sorted, ASCII alone, and no character that HTML knows.
"""

TOJSON_FILE = "tojson.js"
TOJSON = """\
// Jinja2's filter `tojson`, for promptfoo's nunjucksFilters.
const escaped = (text) =>
  text.replace(
    /[\\u007f-\\uffff<>&']/g,
    (char) => '\\\\u' + char.charCodeAt(0).toString(16).padStart(4, '0'),
  );

const write = (value) => {
  if (Array.isArray(value)) {
    return '[' + value.map(write).join(', ') + ']';
  }
  if (value !== null && typeof value === 'object') {
    const entries = Object.keys(value).sort();
    return '{' + entries.map((key) => write(key) + ': ' + write(value[key])).join(', ') + '}';
  }
  return escaped(JSON.stringify(value));
};

module.exports = write;
"""
