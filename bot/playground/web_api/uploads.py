"""files.*: uploading in three steps, and deleting."""

from bot.playground.model import JsonObject
from bot.playground.stored_files import StoredFile
from bot.playground.web_api.call import ApiRefused, Call, Method

LARGEST = 1_000_000_000


def get_upload_url(call: Call) -> JsonObject:
    """files.getUploadURLExternal"""
    length = call.count("length", 0, LARGEST)
    if not length:
        raise ApiRefused(
            "invalid_arguments", ["[ERROR] missing required field: length [json-pointer:/length]"]
        )
    file, address = call.workspace.files.announce(call.required("filename"), length, call.text("alt_txt"))
    return {"upload_url": address, "file_id": file.id}


def complete_upload(call: Call) -> JsonObject:
    """files.completeUploadExternal: without a channel the file stays private."""
    workspace = call.workspace
    wanted = call.structure("files", "invalid_arguments")
    if not isinstance(wanted, list) or not wanted:
        raise ApiRefused("invalid_arguments", ["[ERROR] missing required field: files [json-pointer:/files]"])
    files = [_uploaded(call, entry) for entry in wanted]
    content = [workspace.files.json(file) for file in files]
    names = call.text("channel_id") or call.text("channels")
    for channel_id in filter(None, names.split(",")):
        channel = Call(workspace, call.method, {"channel": channel_id}).channel()
        if workspace.bot_user_id not in channel.member_ids:
            raise ApiRefused("not_in_channel")
        workspace.app_posts(
            channel,
            call.text("initial_comment"),
            files=content,
            thread_ts=call.text("thread_ts") or None,
        )
    for file in files:
        file.shared = True
    return {"files": content}


def delete(call: Call) -> JsonObject:
    """files.delete"""
    files = call.workspace.files
    file = files.find(call.required("file"))
    if file is None:
        raise ApiRefused("file_not_found")
    files.delete(file.id)
    return {}


def _uploaded(call: Call, entry: object) -> StoredFile:
    file_id = entry.get("id") if isinstance(entry, dict) else None
    file = call.workspace.files.find(str(file_id))
    if file is None or file.content is None or not isinstance(entry, dict):
        raise ApiRefused("file_not_found")
    if isinstance(entry.get("title"), str):
        file.title = entry["title"]
    return file


METHODS = {
    "files.delete": Method(run=delete, scope="files:write", tier=3),
    "files.getUploadURLExternal": Method(run=get_upload_url, scope="files:write", tier=4),
    "files.completeUploadExternal": Method(run=complete_upload, scope="files:write", tier=4),
}
