using System.Reflection;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.ServiceBus;

/// <summary>Functions behind queues of Service Bus, wherever their connection leads.</summary>
internal sealed class ServiceBusTriggerKind(
    HostSettings settings, ServiceBusConnections connections, ServiceBusTriggerOptions options, FunctionInvoker invoker,
    ILogger<ServiceBusTriggerKind> logger) : ITriggerKind
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNameCaseInsensitive = true };

    public string Name => "serviceBusTrigger";

    public Type Attribute => typeof(ServiceBusTriggerAttribute);

    // Thousands a second would bury everything else.
    public LogLevel SuccessLevel => LogLevel.Debug;

    public ParameterBinder? Bind(ParameterInfo parameter, FunctionMethod function)
    {
        var type = parameter.ParameterType;
        if (parameter.IsDefined(Attribute)) return Payload(type);
        if (type == typeof(ServiceBusMessageActions)) return i => ValueTask.FromResult<object?>(((Delivery)i.Trigger).Actions);
        if (type != typeof(ServiceBusSessionMessageActions)) return null;
        return Trigger(function).IsSessionsEnabled
            ? i => ValueTask.FromResult<object?>(((Delivery)i.Trigger).SessionActions)
            : throw new BindingFaultException("session actions need a trigger with IsSessionsEnabled = true.");
    }

    public ITriggerListener CreateListener(BoundFunction function)
    {
        var trigger = (ServiceBusTriggerAttribute)function.Trigger;
        if (trigger.IsBatched) throw new BindingFaultException("this host delivers one message at a time: leave out IsBatched.");
        if (trigger.QueueName is null) throw new BindingFaultException("this host has queues, but no topics.");
        var (queue, attribute, client) =
            (settings.Resolve(trigger.QueueName), Attributes(function.Method), connections.GetClient(trigger.Connection));
        var failures = new ReceiveFailures(queue, logger);
        return trigger.IsSessionsEnabled
            ? new SessionListener(client, queue, options.ForSessions(attribute), RunAsync, failures)
            : new MessageListener(client, queue, options.ForMessages(attribute), RunAsync, failures);

        // The invocation has its own token: a stop lets it end, as long as the host's time to stop lasts.
        async Task RunAsync(Delivery delivery)
        {
            try
            {
                await invoker.InvokeAsync(function, delivery);
            }
            catch (ServiceBusException lost) when (lost.Reason
                is ServiceBusFailureReason.MessageLockLost or ServiceBusFailureReason.SessionLockLost)
            {
                throw;
            }
#pragma warning disable CA1031 // Whatever a function throws means: deliver it again.
            catch (Exception e)
#pragma warning restore CA1031
            {
                logger.GivenBack(delivery.Message.MessageId, queue, delivery.Message.DeliveryCount);
                throw new FunctionFailedException(e);
            }
        }
    }

    public string Describe(BoundFunction function, Uri address) =>
        settings.Resolve(((ServiceBusTriggerAttribute)function.Trigger).QueueName!);

    private static ParameterBinder Payload(Type type)
    {
        if (type == typeof(ServiceBusReceivedMessage)) return i => ValueTask.FromResult<object?>(((Delivery)i.Trigger).Message);
        if (type == typeof(BinaryData)) return i => ValueTask.FromResult<object?>(Body(i));
        if (type == typeof(string)) return i => ValueTask.FromResult<object?>(Body(i).ToString());
        if (type == typeof(byte[])) return i => ValueTask.FromResult<object?>(Body(i).ToArray());
        return i =>
        {
            try
            {
                return ValueTask.FromResult(JsonSerializer.Deserialize(Body(i).ToMemory().Span, type, Json));
            }
            catch (JsonException e)
            {
                throw new FunctionInputConverterException(
                    $"{i.Function.Name}: the message's body is not the JSON of a {type.Name}: {e.Message}", e);
            }
        };
    }

    private static BinaryData Body(Invocation invocation) => ((Delivery)invocation.Trigger).Message.Body;

    private static CustomAttributeData Attributes(FunctionMethod function) => function.Method.GetParameters()
        .SelectMany(p => p.GetCustomAttributesData()).Single(a => a.AttributeType == typeof(ServiceBusTriggerAttribute));

    private static ServiceBusTriggerAttribute Trigger(FunctionMethod function) => function.Method.GetParameters()
        .Select(p => p.GetCustomAttribute<ServiceBusTriggerAttribute>()).First(a => a is not null)!;
}
