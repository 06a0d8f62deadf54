// What the Chalice app of the comparison does, for Node.
const { ApiGatewayManagementApi } = require("@aws-sdk/client-apigatewaymanagementapi");

const api = new ApiGatewayManagementApi({ endpoint: process.env.ECHO_ENDPOINT, region: "us-east-1" });

exports.connect = async () => ({ statusCode: 200 });

exports.message = async (event) => {
  if (event.body.startsWith("send")) {
    await api.postToConnection({ ConnectionId: event.requestContext.connectionId, Data: event.body });
    return { statusCode: 200 };
  }
  return { statusCode: 200, body: event.body };
};
