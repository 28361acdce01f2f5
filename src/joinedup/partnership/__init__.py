"""Partnership: what people run: groups, meetings, problems, actions, plan and reviews. Not furnished yet."""
