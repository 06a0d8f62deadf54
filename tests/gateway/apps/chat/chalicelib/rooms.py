"""Who is in which room, in one DynamoDB table: an item for each connection."""

import os
from typing import Any, Self

import boto3
from boto3.dynamodb.conditions import Attr


class Rooms:
    """The table. Nobody is in more than one room."""

    def __init__(self, table: Any) -> None:
        self._table = table

    @classmethod
    def from_environment(cls) -> Self:
        """The table that TABLE names."""
        return cls(boto3.resource("dynamodb").Table(os.environ["TABLE"]))

    def enter(self, connection_id: str, room: str) -> None:
        """Move to a room."""
        self._table.put_item(Item={"id": connection_id, "room": room})

    def leave(self, connection_id: str) -> None:
        """Be in no room any more."""
        self._table.delete_item(Key={"id": connection_id})

    def room_of(self, connection_id: str) -> str:
        """Where somebody is."""
        return str(self._table.get_item(Key={"id": connection_id})["Item"]["room"])

    def members(self, room: str) -> list[str]:
        """Everybody in a room."""
        items = self._table.scan(FilterExpression=Attr("room").eq(room))["Items"]
        return [str(item["id"]) for item in items]
