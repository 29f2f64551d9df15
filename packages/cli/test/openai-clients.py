"""What Python programs ask of `tenfold serve`: by OpenAI's own client, and by LangChain. Prints what came as JSON."""
import json
import sys

from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAIEmbeddings
from openai import OpenAI
from pydantic import BaseModel

base_url = sys.argv[1]
client = OpenAI(base_url=base_url, api_key="none", max_retries=0)
question = [{"role": "user", "content": "What is 17 + 15?"}]
stream = client.chat.completions.create(model="tiny", messages=question, temperature=0, stream=True)
chat = ChatOpenAI(base_url=base_url, api_key="none", model="tiny", temperature=0, max_retries=0)


@tool
def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return json.dumps({"city": city, "temperature": 18, "condition": "sunny"})


class Answer(BaseModel):
    answer: str


tools = chat.bind_tools([get_weather])
asked = tools.invoke("What is the weather in Paris?")
result = get_weather.invoke(asked.tool_calls[0])
vectors = OpenAIEmbeddings(base_url=base_url, api_key="none", model="encoder", check_embedding_ctx_length=False)
print(json.dumps({
    "whole": client.chat.completions.create(model="tiny", messages=question, temperature=0).choices[0].message.content,
    "stream": "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices),
    "response": client.responses.create(model="tiny", input="What is 3 + 4?", temperature=0).output_text,
    "models": sorted(model.id.split(":")[0] for model in client.models.list()),
    "langchain": chat.invoke("What is 17 + 15?").content,
    "langchain-stream": "".join(chunk.content for chunk in chat.stream("What is 17 + 15?")),
    "langchain-tool": tools.invoke([("user", "What is the weather in Paris?"), asked, result]).content,
    "langchain-object": chat.with_structured_output(Answer, method="json_schema").invoke("What is the capital of France? Answer in JSON.").answer,
    "langchain-vectors": [len(vector) for vector in vectors.embed_documents(["Hello", "Thanks a lot."])],
}))
