-- What pandoc's Typst writer needs telling: alternative texts of images (it drops them), and our own blocks,
-- which become calls of functions in the Typst template.

local function quoted(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", " ") .. '"'
end

local calls = {
  findings = "findings",
  caution = "caution",
  ["open-question"] = "open-question",
  ruled = "ruled",
  answer = "answer",
  pair = "pair",
  workings = "workings",
  question = "question",
}

function Image(image)
  local alt = image.attributes.alt or pandoc.utils.stringify(image.caption)
  local width = image.attributes.width or "100%"
  return pandoc.RawInline("typst", "#image(" .. quoted(image.src) .. ", width: " .. width .. ", alt: " .. quoted(alt) .. ")")
end

function Div(div)
  for _, class in ipairs(div.classes) do
    if calls[class] then
      local blocks = pandoc.List({ pandoc.RawBlock("typst", "#" .. calls[class] .. "[") })
      blocks:extend(div.content)
      blocks:insert(pandoc.RawBlock("typst", "]"))
      return blocks
    end
  end
  return div.content
end

function Span(span)
  if span.identifier ~= "" then
    return { pandoc.RawInline("typst", "#place-of(" .. quoted(span.identifier) .. ")["), pandoc.Span(span.content), pandoc.RawInline("typst", "]") }
  end
  if span.classes:includes("refs") then
    local inlines = pandoc.List({ pandoc.RawInline("typst", "#refs[") })
    inlines:extend(span.content)
    inlines:insert(pandoc.RawInline("typst", "]"))
    return inlines
  end
  return span.content
end
