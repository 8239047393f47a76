
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "readings": {
                  Row: {
                    "at": string | null,"id": number,"kind": string | null,"n": number | null,"price": number | null,"spent": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "at"?: string | null,"id": number,"kind"?: string | null,"n"?: number | null,"price"?: number | null,"spent"?: string | null
                  }
                  Update: {
                    "at"?: string | null,"id"?: number,"kind"?: string | null,"n"?: number | null,"price"?: number | null,"spent"?: string | null
                  }
                  Relationships: [
                    
                  ]
                }
          }
          Views: {
            "all_of_them": {
                  Row: {
                    "value": string | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                },"counted": {
                  Row: {
                    "count": number | null,"x": string | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                },"elements": {
                  Row: {
                    "a": string | null,"o": Json | null,"value": Json | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                },"keys": {
                  Row: {
                    "k": string | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                },"medians": {
                  Row: {
                    "at": string | null,"kind": string | null,"p95": number | null,"place": number | null,"prices": (number)[] | null,"rounded": number | null,"spent": string | null,"usual": string | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                },"named": {
                  Row: {
                    "q": number | null,"whole": number | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                },"ones": {
                  Row: {
                    "more": number | null,"n": number | null,"q": number | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                },"read": {
                  Row: {
                    "at": string | null,"id": number | null,"kind": string | null,"n": number | null,"price": number | null,"spent": string | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                },"sames": {
                  Row: {
                    "e": string | null,"q": string | null
                  }
                  ComputedFields: never
                  Relationships: [
                    
                  ]
                }
          }
          Functions: {
            "one":
{ Args: Record<PropertyKey, never>; Returns: {
              "n": number
            }[]
                           },
"one_more":
{ Args: Record<PropertyKey, never>; Returns: {
              "n": number
            }[]
                           },
"reading":
{ Args: Record<PropertyKey, never>; Returns: {
              "at": string | null,
"id": number,
"kind": string | null,
"n": number | null,
"price": number | null,
"spent": string | null
            }
                          SetofOptions: {
        from: "readings"
        to: "readings"
        isOneToOne: true
        isSetofReturn: false
      } },
"same":
{ Args: { "e": unknown }; Returns: unknown
                           },
"unnamed":
{ Args: { "x": number }; Returns: number
                           }
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            
          }
        }
} as const
