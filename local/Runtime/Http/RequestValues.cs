using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.Http;

/// <summary>Fills parameters from a request: the route, the query, the body.</summary>
internal static class RequestValues
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>A single value can be read as this type.</summary>
    public static bool CanBeText(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type.IsPrimitive || type.IsEnum || type == typeof(decimal)
            || type == typeof(Guid) || type == typeof(DateTime) || type == typeof(DateTimeOffset);
    }

    /// <summary>The route's part of the parameter's name, else the query's; without either its default, or null where it can be.</summary>
    public static ParameterBinder ByName(ParameterInfo parameter)
    {
        var name = parameter.Name!;
        var type = parameter.ParameterType;
        var required = type.IsValueType && Nullable.GetUnderlyingType(type) is null;
        return invocation =>
        {
            var request = ((HttpContext)invocation.Trigger).Request;
            var text = Convert.ToString(request.RouteValues[name], CultureInfo.InvariantCulture);
            if (string.IsNullOrEmpty(text)) text = request.Query[name];
            if (text is not null) return ValueTask.FromResult(Read(text, type, invocation, name));
            if (parameter.HasDefaultValue) return ValueTask.FromResult(parameter.DefaultValue);
            return required
                ? throw new FunctionInputConverterException(
                    $"{invocation.Function.Name}: nothing in the route or the query is named '{name}'. Give the parameter a default, or " +
                    $"make it nullable.")
                : ValueTask.FromResult<object?>(null);
        };
    }

    /// <summary>The request's body as JSON.</summary>
    public static ParameterBinder BindBody(ParameterInfo parameter)
    {
        var nullable = parameter.HasDefaultValue || Nullable.GetUnderlyingType(parameter.ParameterType) is not null
            || (!parameter.ParameterType.IsValueType && Nullability.Create(parameter).WriteState == NullabilityState.Nullable);
        return async invocation =>
        {
            var request = ((HttpContext)invocation.Trigger).Request;
            if (nullable && request.ContentLength is 0) return parameter.HasDefaultValue ? parameter.DefaultValue : null;
            var options = invocation.InstanceServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            try
            {
                return await JsonSerializer.DeserializeAsync(request.Body, parameter.ParameterType, options, invocation.CancellationToken);
            }
            catch (JsonException e)
            {
                throw new FunctionInputConverterException(
                    $"{invocation.Function.Name}: the request's body is not the JSON of a {parameter.ParameterType.Name}: {e.Message}", e);
            }
        };
    }

    private static object? Read(string text, Type type, Invocation invocation, string name)
    {
        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(string)) return text;
        if (target == typeof(Guid) && Guid.TryParse(text, out var guid)) return guid;
        if (target == typeof(DateTimeOffset)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        if (target == typeof(DateTime)
            && DateTime.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time))
            return time;
        try
        {
            // The worker reads all other values as JSON too: a number, true or false, an enumeration's number.
            return JsonSerializer.Deserialize(text, type);
        }
        catch (JsonException e)
        {
            throw new FunctionInputConverterException($"{invocation.Function.Name}: the value of '{name}' is not a {target.Name}.", e);
        }
    }
}
