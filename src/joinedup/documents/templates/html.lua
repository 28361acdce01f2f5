-- What pandoc's HTML writer needs telling: row and column scopes, drawn charts inside the page with their
-- alternative text, tables that scroll by keyboard, chapters as sections.

local function read(path)
  local file = assert(io.open(path, "r"))
  local content = file:read("a")
  file:close()
  return content
end

local function quoted(text)
  return (text:gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;"):gsub(">", "&gt;"))
end

function Image(image)
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  local svg = read(image.src):gsub("^<%?xml[^>]*%?>%s*", "")
  svg = svg:gsub("^<svg ", '<svg role="img" aria-label="' .. quoted(alt):gsub("%%", "%%%%") .. '" ', 1)
  return pandoc.RawInline("html", svg)
end

local function scoped(rows, scope)
  for _, row in ipairs(rows) do
    for _, cell in ipairs(row.cells) do
      cell.attributes.scope = scope
    end
  end
end

local function aligned(columns, rows)
  for _, row in ipairs(rows) do
    for position, cell in ipairs(row.cells) do
      if columns[position] and columns[position][1] == pandoc.AlignRight then
        cell.classes:insert("number")
      end
    end
  end
end

function Table(tbl)
  scoped(tbl.head.rows, "col")
  aligned(tbl.colspecs, tbl.head.rows)
  for _, body in ipairs(tbl.bodies) do
    aligned(tbl.colspecs, body.body)
    body.row_head_columns = 1
    for _, row in ipairs(body.body) do
      row.cells[1].attributes.scope = "row"
    end
  end
  local plain = {}
  for position, spec in ipairs(tbl.colspecs) do
    plain[position] = { pandoc.AlignDefault, nil }
  end
  tbl.colspecs = plain
  local label = pandoc.utils.stringify(tbl.caption.long)
  return pandoc.Div({ tbl }, pandoc.Attr("", { "scroll" }, { { "tabindex", "0" }, { "role", "region" }, { "aria-label", label } }))
end

function Header(header)
  header.classes = {}
  return header
end

function Div(div)
  if div.classes:includes("ruled") then
    div.attributes["aria-hidden"] = "true"
    return div
  end
end
