using Microsoft.Azure.Amqp;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Answers requests.</summary>
internal interface IRequestNode
{
    /// <summary>Names of an answer's status and its description.</summary>
    (string Status, string Description) StatusNames { get; }

    /// <exception cref="Broker.BrokerException">The request is refused.</exception>
    Task<Reply> AnswerAsync(string operation, AmqpMessage request);
}
