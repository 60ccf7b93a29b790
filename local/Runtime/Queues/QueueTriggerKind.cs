using System.Reflection;
using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Functions behind queues.</summary>
internal sealed class QueueTriggerKind(
    HostSettings settings, QueueBroker broker, QueueScaler scaler, FunctionInvoker invoker, TimeProvider time,
    ILogger<QueueTriggerKind> logger) : ITriggerKind
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNameCaseInsensitive = true };

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
        var queue = Queue(trigger);
        if (queue.RequiresSession != trigger.IsSessionsEnabled)
        {
            throw new BindingFaultException(
                $"the queue '{queue.Name}' has {(queue.RequiresSession ? "" : "no ")}sessions, and IsSessionsEnabled is " +
                $"{trigger.IsSessionsEnabled}.");
        }

        var options = QueueTriggerSettings.Read(settings, queue, Attributes(function.Method));
        QueuePump pump = queue.RequiresSession
            ? new SessionPump(broker, queue, options, RunAsync, time, logger)
            : new MessagePump(broker, queue, options, RunAsync, time, logger);
        scaler.Add(pump);
        return new QueueListener(pump);

        Task RunAsync(Delivery delivery, CancellationToken cancellationToken) =>
            invoker.InvokeAsync(function, delivery, cancellation: cancellationToken);
    }

    public string Describe(BoundFunction function, Uri address) => Queue((ServiceBusTriggerAttribute)function.Trigger).Name;

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
                return ValueTask.FromResult(JsonSerializer.Deserialize(Body(i).ToMemory().Span, type, _json));
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

    private QueueDefinition Queue(ServiceBusTriggerAttribute trigger)
    {
        var name = settings.Resolve(trigger.QueueName!);
        return broker.TryFind(name, out var queue)
            ? queue
            : throw new BindingFaultException(
                $"there is no queue '{name}'. " +
                $"Known: {string.Join(", ", broker.Queues.Select(q => q.Name).Order(StringComparer.Ordinal))}.");
    }
}
